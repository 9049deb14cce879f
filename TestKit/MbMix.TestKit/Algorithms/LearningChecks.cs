using System.Diagnostics;

namespace MbMix.TestKit;

/// <summary>The algorithm learns.</summary>
internal static class LearningChecks
{
    // evaluations are many and cheap, so that a quick learner is soon done
    private const int Evaluations = 20;

    public static IEnumerable<Check> Of(AlgorithmSubject subject, AlgorithmSettings s)
    {
        yield return new Check(
            subject.Id, "learning", "learning", "a better policy than before",
            "Is the sign of the objective right, and does its gradient reach the policy?", f => Learn(subject, s, f));
    }

    private static void Learn(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3, budget: s.LearningSteps);
        double untrained = run.Evaluate(s.Episodes), idle = Idle(run.Env, s.Episodes);
        double start = Math.Max(untrained, idle);
        double goal = start + (s.LearningShare * (s.BestReturn - start)), reached = untrained;
        long begin = Stopwatch.GetTimestamp(), steps = 0, next = 0;
        while (reached < goal && steps < s.LearningSteps
            && Stopwatch.GetElapsedTime(begin).TotalSeconds < s.LearningSeconds)
        {
            steps = run.Optimizer.Iterate(CancellationToken.None).EnvironmentSteps;
            if (steps < next) continue;
            next = steps + (s.LearningSteps / Evaluations);
            reached = Math.Max(reached, run.Evaluate(s.Episodes));
        }
        reached = Math.Max(reached, run.Evaluate(s.Episodes));
        string course = $"{Findings.Text(untrained)} untrained, {Findings.Text(idle)} without any action, "
            + $"{Findings.Text(reached)} after {steps} steps";
        findings.Note = course;
        findings.Require(reached >= goal, "return of the policy", course, $"at least {Findings.Text(goal)}");
    }

    /// <summary>The mean return of the action closest to 0.</summary>
    private static double Idle(IDifferentiableEnv env, int episodes)
    {
        using var noGrad = torch.no_grad();
        using var outer = torch.NewDisposeScope();
        var spec = env.Spec;
        double[] values = [.. spec.Action.Dimensions.Select(d => Math.Clamp(0, d.Low, d.High))];
        var action = torch.tensor(values, spec.StateType).expand(episodes, spec.Action.Size).contiguous();
        var state = env.Reset(Probes.Keys(episodes, 12345));
        Tensor running = torch.ones(episodes, torch.ScalarType.Float64), total = torch.zeros_like(running);
        for (int t = 0; t < spec.EpisodeLength; t++)
        {
            var step = env.Step(state, action);
            total += step.Reward.to(torch.ScalarType.Float64) * running;
            running *= step.Terminated.logical_not().to(torch.ScalarType.Float64);
            state = step.NextState;
        }
        return total.mean().item<double>();
    }
}
