namespace MbMix.Studies.Gaits;

/// <summary>
/// How far, how safely and with which steps the policies of runs run: distance in a given time, falls, changes of the
/// leading foot, and the share of the time in the air.
/// </summary>
internal static class GaitStudy
{
    public static void Run(StudyContext context)
    {
        var options = context.OptionsAs<GaitOptions>();
        TorchLibrary.RequireOneThread();
        var rows = new List<object[]>();
        string[] names = RunNames.Of(options.Runs);
        foreach (var (run, name) in options.Runs.Zip(names))
        {
            using var policy = RunPolicy.Open(context.Sessions, RunFolder.Open(run), context.Say);
            var gaits = Gait.Of(policy.Env, policy.Policy, options);
            rows.AddRange(gaits.Select((g, i) => new object[]
            {
                name, policy.Algorithm, policy.Env.Spec.Id, i, g.Distance, g.Seconds, g.Fell ? 1 : 0, g.Steps, g.Flight,
            }));
            context.Table("gait", "run,algorithm,environment,episode,distance,seconds,fell,steps,flight", rows);
            double seconds = gaits.Sum(g => g.Seconds);
            string speed = FormattableString.Invariant(
                $"{gaits.Average(g => g.Distance):0.0} m on average, {gaits.Sum(g => g.Distance) / seconds:0.00} m/s");
            string steps = FormattableString.Invariant(
                $"{gaits.Sum(g => g.Steps) / seconds:0.0} steps/s, {gaits.Average(g => g.Flight):0%} in the air");
            context.Say($"{name}: {speed}, {gaits.Count(g => g.Fell)} of {gaits.Length} fell, {steps}");
        }
    }
}
