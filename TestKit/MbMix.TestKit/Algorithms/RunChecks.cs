namespace MbMix.TestKit;

/// <summary>Runs compared with each other: seeds, checkpoints, faults, cancellation, memory.</summary>
internal static class RunChecks
{
    // of the lane steps; a few per iteration, and fewer than what ends a training
    private const double FaultShare = 0.01;

    public static IEnumerable<Check> Of(AlgorithmSubject subject, AlgorithmSettings s)
    {
        yield return new Check(
            subject.Id, "seeds", "same seed", "the same numbers",
            "Draw from CounterRandom or generators with the seed of the run; use no clock and no unordered sums.",
            f => SameSeed(subject, s, f));
        yield return new Check(
            subject.Id, "seeds", "other seed", "other numbers",
            "Use OptimizerContext.Seed for start states, weights and noise.", f => OtherSeed(subject, s, f));
        yield return new Check(
            subject.Id, "checkpoints", "resume", "a run that goes on as if it had never stopped",
            "Save weights, moments, counters, statistics and the states of episodes that go on, and load all of them.",
            f => Resume(subject, s, f));
        yield return new Check(
            subject.Id, "faults", "faulting lanes", "parameters that stay finite",
            "Leave invalid steps out with where() before the loss; 0 * NaN is NaN. VectorEnv does it.",
            f => Faults(subject, s, f));
        yield return new Check(
            subject.Id, "cancellation", "canceled iteration", "an OperationCanceledException",
            "Call ThrowIfCancellationRequested between collecting data and learning.", f => Cancel(subject, f));
        yield return new Check(
            subject.Id, "budget", "past the budget", "iterations that go on",
            "Limit schedules to their end: a run may take a few steps more than its budget.",
            f => PastBudget(subject, s, f));
        yield return new Check(
            subject.Id, "memory", "tensors over many iterations", "as many tensors after as before",
            "Open a NewDisposeScope() in each iteration.", f => Leaks(subject, f));
    }

    private static void SameSeed(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using AlgorithmRun first = new(subject, seed: 3);
        string[] expected = first.Trace(s.Iterations);
        using AlgorithmRun second = new(subject, seed: 3);
        Same(findings, "reports of two runs with the same seed", expected, second.Trace(s.Iterations));
        var names = first.Save().Differing(second.Save());
        // the global generator belongs to the process
        findings.Require(
            names.Count(n => !n.StartsWith("torch", StringComparison.Ordinal)) == 0,
            "parameters of two runs with the same seed", $"other values of {string.Join(", ", names.Take(3))}",
            "the same, bit for bit");
    }

    private static void OtherSeed(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using AlgorithmRun first = new(subject, seed: 3), second = new(subject, seed: 4);
        bool same = first.Trace(s.Iterations).SequenceEqual(second.Trace(s.Iterations));
        findings.Require(!same, "reports of two runs with other seeds", "the same numbers", "different ones");
    }

    private static void Resume(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var straight = new AlgorithmRun(subject, seed: 3);
        straight.Trace(s.Iterations - 1);
        var checkpoint = straight.Save();
        string[] expected = straight.Trace(s.Iterations);

        // after another iteration, so that what Load does not restore shows
        using var resumed = new AlgorithmRun(subject, seed: 3);
        resumed.Trace(1);
        resumed.Load(checkpoint);
        var unread = checkpoint.Unread;
        findings.Require(
            unread.Count == 0, "Load", $"a return without reading {string.Join(", ", unread.Take(3))}",
            "to read everything that Save wrote");
        Same(findings, "reports after Load", expected, resumed.Trace(s.Iterations));

        using var fresh = new AlgorithmRun(subject, seed: 3);
        fresh.Load(checkpoint);
        Same(findings, "reports after Load in a new instance", expected, fresh.Trace(s.Iterations));
        var names = straight.Save().Differing(fresh.Save());
        findings.Require(
            names.Count == 0, "what Save writes after a resumed run",
            $"other values of {string.Join(", ", names.Take(3))}",
            "the same as without an interruption");
    }

    private static void Faults(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3, FaultShare);
        IterationReport? report = null;
        for (int i = 0; i < Math.Max(s.Iterations, 12); i++) report = run.Optimizer.Iterate(CancellationToken.None);
        findings.Note = $"{run.Env.Faulted} lanes faulted";
        findings.Require(
            run.Env.Faulted == 0 || report!.Episodes.Faults > 0, "faults in the report", "0",
            $"about {run.Env.Faulted}, as lanes faulted");
        var names = run.Save().NotFinite.Where(n => n.StartsWith("optimizer.", StringComparison.Ordinal)).ToList();
        findings.Require(
            names.Count == 0, "what Save writes after lanes have faulted",
            $"{string.Join(", ", names.Take(3))} with numbers that are not finite", "finite parameters");
        findings.RequireFinite("Act after lanes have faulted", run.Optimizer.Policy.Act(run.Observations(5)));
    }

    private static void Cancel(AlgorithmSubject subject, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        run.Trace(1);
        bool canceled = false;
        try
        {
            run.Optimizer.Iterate(new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            canceled = true;
        }
        findings.Require(
            canceled, "Iterate with a canceled token", "a report", "an OperationCanceledException");
        findings.RequireFinite("Act after a canceled iteration", run.Optimizer.Policy.Act(run.Observations(5)));
        run.Trace(1);
    }

    private static void PastBudget(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3, budget: 10_000);
        IterationReport? report = null;
        for (int i = 0; i < 200 && (report is null || report.EnvironmentSteps < 15_000); i++)
            report = run.Optimizer.Iterate(CancellationToken.None);
        run.Trace(s.Iterations);
        findings.RequireFinite("Act past the budget", run.Optimizer.Policy.Act(run.Observations(5)));
    }

    private static void Leaks(AlgorithmSubject subject, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        // a model may start to be used after some iterations
        run.Trace(6);
        long before = Memory.LiveTensors;
        run.Trace(5);
        long more = Memory.LiveTensors - before;
        findings.Require(more <= 0, "tensors that are left after 5 iterations", $"{more} more", "none");
    }

    private static void Same(Findings findings, string check, string[] expected, string[] actual)
    {
        int first = Enumerable.Range(0, expected.Length).FirstOrDefault(i => expected[i] != actual[i], -1);
        if (first < 0) return;
        string[] wanted = expected[first].Split(' '), came = actual[first].Split(' ');
        int word = Enumerable.Range(0, Math.Min(wanted.Length, came.Length)).FirstOrDefault(i => wanted[i] != came[i]);
        findings.Require(
            false, $"{check}, iteration {first + 1}", $"{OneLine.Value(came[word])}", OneLine.Value(wanted[word]));
    }
}
