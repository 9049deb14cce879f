using MbMix.Hosting;

namespace MbMix.TestKit;

/// <summary>Results do not depend on threads.</summary>
internal static class ThreadChecks
{
    private const string Group = "threads";

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "instances on two threads", "the same results as on one thread",
            "Instances must share nothing that changes: no static buffers, generators or simulator data.",
            f => Instances(subject, s, f));
        yield return new Check(
            subject.Id, Group, "workers", "the same results with one and with two workers",
            "Let each index of IWorkers.Run write to its own rows, with scratch memory of its own.",
            f => Workers(subject, s, f));
    }

    private static void Instances(EnvironmentSubject subject, EnvironmentSettings s, Findings findings)
    {
        if (!Several(subject, findings)) return;
        using EnvironmentSubject.Instance first = subject.Another(), second = subject.Another();
        double[] expected = Roll(first.Env, s, 1), other = Roll(second.Env, s, 2);
        var results = new double[2][];
        Exception? failure = null;
        var threads = new[] { (first.Env, Seed: 1), (second.Env, Seed: 2) }.Select((run, i) => new Thread(() =>
        {
            try
            {
                for (int again = 0; again < 3; again++) results[i] = Roll(run.Env, s, run.Seed);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        const string check = "two instances on two threads at once";
        findings.Require(failure is null, check, failure is null ? "" : Findings.Describe(failure), "steps");
        if (failure is not null) return;
        bool same = Same(expected, results[0]) && Same(other, results[1]);
        findings.Require(same, check, "other values than one after the other", "the same, bit for bit");
    }

    private static void Workers(EnvironmentSubject subject, EnvironmentSettings s, Findings findings)
    {
        if (!Several(subject, findings)) return;
        using WorkerPool one = new(1), two = new(2);
        using EnvironmentSubject.Instance alone = subject.Another(one), shared = subject.Another(two);
        // more than vectors of a processor have lanes; a lane of finite differences is work for a thread of its own
        var many = s with { Lanes = alone.Env.Spec.Gradient.Kind == GradientKind.FiniteDifference ? 7 : 37 };
        double[] expected = Roll(alone.Env, many, 1);
        for (int again = 0; again < 2; again++)
        {
            bool same = Same(expected, Roll(shared.Env, many, 1));
            findings.Require(same, "steps with two workers", "other values than with one", "the same, bit for bit");
        }
    }

    private static bool Several(EnvironmentSubject subject, Findings findings)
    {
        if (!subject.CanCreate) findings.Skip("only one instance was given");
        return subject.CanCreate;
    }

    private static bool Same(double[] left, double[] right) =>
        left.AsSpan().SequenceEqual(right) || left.Zip(right).All(p => p.First.Equals(p.Second));

    // values of a few steps and, if there are any, gradients
    private static double[] Roll(IDifferentiableEnv env, EnvironmentSettings s, long seed)
    {
        using var scope = torch.NewDisposeScope();
        var (state, action) = Probes.Moving(env, s.Lanes, 4, seed);
        var values = new List<Tensor> { state };
        var leaf = action.detach().clone().requires_grad_(env.Spec.Gradient.Kind != GradientKind.None);
        var step = env.Step(state, leaf);
        values.AddRange([step.NextState, step.Observation, step.Reward.unsqueeze(1)]);
        if (leaf.requires_grad && step.NextState.requires_grad)
        {
            Backward.Run(step.NextState.sum() + step.Reward.sum());
            if (leaf.grad is { } gradient) values.Add(gradient);
        }
        using var noGrad = torch.no_grad();
        return torch.cat([.. values.Select(v => v.detach().to(torch.ScalarType.Float64))], 1).contiguous()
            .data<double>().ToArray();
    }
}
