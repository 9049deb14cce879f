using MbMix.Hosting;

namespace MbMix.TestKit;

/// <summary>Reports of iterations: counters, costs and metrics.</summary>
internal static class ReportChecks
{
    private const string Group = "reports";
    private const int Longest = 100;

    public static IEnumerable<Check> Of(AlgorithmSubject subject, AlgorithmSettings s)
    {
        yield return new Check(
            subject.Id, Group, "metrics", "metrics that can become columns of a log",
            "Report the same plain names in every iteration, such as loss/actor, with NaN for a missing value.",
            f => Metrics(subject, s, f));
        yield return new Check(
            subject.Id, Group, "environment steps", "steps that are counted",
            "Count every lane of every step; VectorEnv.Steps does.", f => Steps(subject, s, f));
        yield return new Check(
            subject.Id, Group, "costs", "costs that agree with the environment's meter",
            "Take costs from the environment's meter, by VectorEnv.ReportCosts or EnvMeter; compute none by formula.",
            f => Costs(subject, s, f));
    }

    private static void Metrics(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        string[]? first = null;
        for (int i = 1; i <= s.Iterations; i++)
        {
            var report = run.Optimizer.Iterate(CancellationToken.None);
            findings.Require(report is not null, $"report of iteration {i}", "null", "a report");
            if (report is null) return;
            findings.Require(report.Metrics is not null, $"metrics of iteration {i}", "null", "a list");
            if (report.Metrics is null) return;
            string[] names = [.. report.Metrics.Select(m => m.Name)];
            foreach (string? name in names)
            {
                bool plain = !string.IsNullOrWhiteSpace(name) && name.Length <= Longest && name.Trim() == name
                    && !name.Any(c => c is ',' or ';' or '"' || char.IsControl(c));
                findings.Require(
                    plain, "name of a metric", $"'{OneLine.Value(name ?? "null")}'",
                    $"at most {Longest} characters without commas, semicolons, quotes or line breaks");
                bool taken = name is not null && MetricNames.IsTaken(name);
                findings.Require(!taken, "name of a metric", $"'{name}', which the log has already", "another one");
            }
            var twice = names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1);
            findings.Require(twice is null, "names of the metrics", $"'{twice?.Key}' twice", "different names");
            first ??= names;
            findings.Require(
                first.SequenceEqual(names), $"names of the metrics in iteration {i}",
                string.Join(", ", names.Except(first).DefaultIfEmpty("fewer or in another order")),
                "those of the first iteration");
            double[] seconds =
            [
                report.Seconds.Total, report.Seconds.Simulation, report.Seconds.Networks, report.Seconds.Optimizer,
            ];
            findings.Require(
                seconds.All(x => x >= 0 && double.IsFinite(x)), "seconds of an iteration",
                string.Join(", ", seconds.Select(Findings.Text)), "0 or more");
        }
    }

    private static void Steps(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        long reported = 0, taken = run.Env.Taken;
        for (int i = 1; i <= s.Iterations; i++)
        {
            long now = run.Optimizer.Iterate(CancellationToken.None).EnvironmentSteps;
            long more = now - reported, really = run.Env.Taken - taken;
            findings.Require(more > 0, $"environment steps of iteration {i}", $"{more} more", "at least 1 more");
            // a model may step the environment as well, without collecting data
            bool agree = run.HasModel ? more <= really : more == really;
            findings.Require(
                agree, $"environment steps of iteration {i}", $"{more} more",
                $"{really} more, as the environment was stepped");
            (reported, taken) = (now, run.Env.Taken);
        }
    }

    private static void Costs(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        var meter = run.Env.Costs;
        long[] Meter() => [meter.ForwardSteps, meter.BackwardSteps, meter.Pullbacks, meter.DifferencingSteps];
        string[] names = ["forward steps", "backward steps", "pullbacks", "differencing steps"];
        long[] origin = Meter(), last = [0, 0, 0, 0, 0, 0, 0];
        for (int i = 1; i <= s.Iterations; i++)
        {
            var c = run.Optimizer.Iterate(CancellationToken.None).Costs;
            long[] now =
            [
                c.ForwardSteps, c.BackwardSteps, c.Pullbacks, c.DifferencingSteps, c.ModelSteps, c.PolicyUpdates,
                c.ModelUpdates,
            ];
            long[] metered = Meter();
            for (int k = 0; k < names.Length; k++)
            {
                long really = metered[k] - origin[k];
                findings.Require(
                    now[k] == really, $"{names[k]} after iteration {i}", $"{now[k]}", $"{really}, as metered");
            }
            bool back = now.Zip(last).Any(p => p.First < p.Second);
            findings.Require(!back, $"costs of iteration {i}", "a counter below the last one", "totals");
            last = now;
        }
        findings.Require(last[5] > 0, "policy updates", "0", "at least 1");
    }
}
