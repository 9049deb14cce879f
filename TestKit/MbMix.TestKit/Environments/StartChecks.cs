namespace MbMix.TestKit;

/// <summary>Start states: functions of their keys, and different from each other.</summary>
internal static class StartChecks
{
    private const string Group = "start states";
    private const int Many = 16, Pause = 30;

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "Reset", "start states",
            "Compute each row from its LaneKey alone, by a hash or CounterRandom; keep no generator in a field.",
            f => Starts(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "Reset at another time", "start states that do not depend on the clock",
            "Use neither the clock nor a shared generator.", f => Clock(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "diversity of start states", "start states that differ",
            "Use seed, lane and episode of the key; if every episode is to start alike, declare Spec.FixedStart.",
            f => Diversity(subject.Env, s, f));
    }

    private static void Starts(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var keys = Probes.Keys(s.Lanes, s.Seed);
        var starts = env.Reset(keys);
        if (!findings.RequireShape("Reset", starts, env.Spec.StateType, s.Lanes, env.Spec.State.Size)) return;
        findings.Require(!starts.requires_grad, "Reset", "a gradient history", "none");
        findings.RequireFinite("Reset", starts);
        findings.RequireSame("Reset with the same keys again", starts, env.Reset(keys));
        for (int lane = 0; lane < s.Lanes; lane++)
            findings.RequireSame($"Reset of lane {lane} alone", starts.narrow(0, lane, 1), env.Reset([keys[lane]]));
        LaneKey[] reversed = [.. keys.Reverse()];
        findings.RequireSame("Reset of the lanes in reverse", starts.flip(0), env.Reset(reversed));
    }

    private static void Clock(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var keys = Probes.Keys(s.Lanes, s.Seed + 1);
        var starts = env.Reset(keys);
        Thread.Sleep(Pause);
        env.Reset(Probes.Keys(s.Lanes, s.Seed + 2));
        findings.RequireSame("Reset with the same keys some time and other resets later", starts, env.Reset(keys));
    }

    private static void Diversity(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var numbers = Enumerable.Range(0, Many).ToArray();
        Differ("lanes", [.. numbers.Select(i => new LaneKey(s.Seed, i, 0))]);
        Differ("episodes", [.. numbers.Select(i => new LaneKey(s.Seed, 0, i))]);
        Differ("seeds", [.. numbers.Select(i => new LaneKey(s.Seed + i, 0, 0))]);

        void Differ(string what, LaneKey[] keys)
        {
            var starts = env.Reset(keys);
            var (type, size) = (env.Spec.StateType, env.Spec.State.Size);
            if (!findings.RequireShape($"Reset of {Many} {what}", starts, type, Many, size)) return;
            findings.RequireFinite($"Reset of {Many} {what}", starts);
            bool alike = Findings.SameBits(starts, starts.narrow(0, 0, 1).expand_as(starts));
            findings.Require(
                alike == env.Spec.FixedStart,
                $"start states of {Many} {what}",
                alike ? "the same state for all" : "different states",
                alike ? "different ones, or Spec.FixedStart" : "the same ones, because Spec.FixedStart is declared");
        }
    }
}
