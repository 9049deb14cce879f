using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Pages;

namespace MbMix.Cli;

/// <summary>Turns what <c>mbmix view</c> is given into replays.</summary>
/// <param name="sessions">The plugins.</param>
/// <param name="workers">Worker threads of environments.</param>
internal sealed class ViewSources(TrainingSessions sessions, WorkerPool workers)
{
    private const string PolicyExtension = ".safetensors", RolloutExtension = ".json";

    private bool created;

    /// <summary>The environment to act in; null for that of the source.</summary>
    public string? Environment { get; init; }

    /// <summary>Task file of a model file.</summary>
    public string? Task { get; init; }

    /// <summary>Simulator of a model file.</summary>
    public string? Simulator { get; init; }

    /// <summary>Settings of the environment.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>Number of steps; null for the whole episode.</summary>
    public int? Steps { get; init; }

    /// <summary>Seed; null for that of the source.</summary>
    public long? Seed { get; init; }

    /// <summary>Records one replay.</summary>
    /// <param name="source">Folder of a run, policy file, rollout file, environment or model file.</param>
    /// <exception cref="ConfigurationException">It is none of these.</exception>
    public Replay Record(string source)
    {
        if (Directory.Exists(source)) return OfRun(RunFolder.Open(source));
        bool file = File.Exists(source);
        string extension = Path.GetExtension(source).ToLowerInvariant();
        if (file && extension == PolicyExtension) return OfPolicy(source);
        if (file && extension == RolloutExtension) return OfTrajectory(source);
        if (Environment is not null)
        {
            throw new ConfigurationException(
                $"--env is for a run, a policy or a rollout file, and '{OneLine.Value(source)}' is none.");
        }
        if (!ModelPath.IsModel(sessions.Catalog, source)) RequireEnvironment(source);
        using var env = Create(source);
        return ReplayRecorder.OfRandomActions(env, Options(file ? Path.GetFileName(source) : env.Spec.Id, 0));
    }

    private Replay OfRun(RunFolder folder)
    {
        using var run = RunPolicy.Open(sessions, folder, Terminal.Warning);
        Shared.WarnAboutChanges(run, folder, sessions.Catalog);
        string actor = FormattableString.Invariant($"{run.Algorithm} after {run.EnvironmentSteps:N0} steps");
        var options = Options(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.FullPath)), run.EvaluationSeed);
        if (Environment is null) return ReplayRecorder.OfPolicy(run.Env, run.Policy, actor, options);
        using var env = Create(Environment);
        RequireFit(options.Label!, run.Env.Spec.Observation.Size, run.Env.Spec.Action.Size, env.Spec);
        return ReplayRecorder.OfPolicy(env, run.Policy, actor, options);
    }

    private Replay OfPolicy(string path)
    {
        using var policy = PolicyFile.Load(path);
        var artifact = policy.Artifact;
        using var env = Create(Environment ?? artifact.Environment);
        string name = Path.GetFileName(path);
        RequireFit(name, artifact.Observation.Size, artifact.Action.Size, env.Spec);
        string actor = FormattableString.Invariant(
            $"{artifact.Algorithm} after {artifact.EnvironmentSteps:N0} steps");
        return ReplayRecorder.OfPolicy(env, policy, actor, Options(name, 0));
    }

    private Replay OfTrajectory(string path)
    {
        var trajectory = Trajectory.Read(path);
        using var env = Create(Environment ?? trajectory.Environment);
        return ReplayRecorder.OfTrajectory(env, trajectory, Options(trajectory.Name, 0));
    }

    private ReplayOptions Options(string label, long seed) =>
        new() { Label = label, Steps = Steps, Seed = Seed ?? seed };

    /// <summary>
    /// Throws if there are settings of an environment, but everything shown was in the environment of its run.
    /// </summary>
    /// <exception cref="ConfigurationException">The settings would be ignored.</exception>
    public void RequireUse()
    {
        string? unused = Settings.Length > 0 ? $"--set {OneLine.Value(Settings[0])}"
            : Task is not null ? "--task"
            : Simulator is not null ? "--simulator"
            : null;
        if (created || unused is null) return;
        throw new ConfigurationException(
            $"{unused} is for an environment that is named, and runs are shown in their own: name one with --env, or "
            + "leave it out.");
    }

    private IDifferentiableEnv Create(string name)
    {
        created = true;
        var choice = ModelPath.Find(sessions.Catalog, name, Task, Simulator);
        return sessions.CreateEnvironment(choice.Environment, [.. choice.Settings, .. Settings], workers);
    }

    private void RequireEnvironment(string source)
    {
        if (sessions.Catalog.FindAll(ComponentKind.Environment, source).Count > 0) return;
        var known = sessions.Catalog.Components.Where(c => c.Kind == ComponentKind.Environment)
            .SelectMany(c => (string[])[c.Id, ComponentId.ShortName(c.Id)]);
        throw new ConfigurationException(
            $"'{OneLine.Value(source)}' is neither the folder of a run, a policy (.safetensors), a rollout file (.json), a "
            + "model file (MJCF or URDF) nor an environment." + Suggestion.For(source, known));
    }

    private static void RequireFit(string policy, int observations, int actions, EnvSpec spec)
    {
        if (observations == spec.Observation.Size && actions == spec.Action.Size) return;
        throw new ConfigurationException(
            $"The policy of {OneLine.Value(policy)} takes {observations} observations and gives {actions} actions, "
            + $"but {spec.Id} has {spec.Observation.Size} and {spec.Action.Size}: "
            + "it acts in environments of its own task.");
    }
}
