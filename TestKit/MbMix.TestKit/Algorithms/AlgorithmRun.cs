using System.Globalization;
using MbMix.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.TestKit;

/// <summary>An algorithm in training, as a host would run it.</summary>
internal sealed class AlgorithmRun : IDisposable
{
    private const string RandomState = "torchRandomState";

    private readonly IDynamicsModel? model;

    public AlgorithmRun(AlgorithmSubject subject, long seed, double faultShare = 0, long budget = 1_000_000)
    {
        torch.random.manual_seed(seed);
        Env = TaskEnv.Wrap(subject.CreateEnvironment(), faultShare);
        model = subject.CreateModel?.Invoke(new ModelContext
        {
            Env = Env,
            Seed = seed,
            Workers = CallingThread.Instance,
            Logger = NullLogger.Instance,
        });
        Optimizer = subject.Create(new OptimizerContext
        {
            Env = Env,
            Model = model,
            Budget = budget,
            Seed = seed,
            Workers = CallingThread.Instance,
            Logger = NullLogger.Instance,
        });
    }

    public TaskEnv Env { get; }

    public IPolicyOptimizer Optimizer { get; }

    public bool HasModel => model is not null;

    /// <summary>Runs iterations and returns what they report, but for the clocks, one line per iteration.</summary>
    public string[] Trace(int iterations)
    {
        var lines = new string[iterations];
        for (int i = 0; i < iterations; i++) lines[i] = Line(Optimizer.Iterate(CancellationToken.None));
        return lines;
    }

    public MemoryCheckpoint Save()
    {
        var checkpoint = new MemoryCheckpoint();
        ICheckpointWriter writer = checkpoint;
        using var random = torch.random.get_rng_state();
        writer.Write(RandomState, random);
        model?.Save(writer.Section("model"));
        Optimizer.Save(writer.Section("optimizer"));
        return checkpoint;
    }

    public void Load(MemoryCheckpoint checkpoint)
    {
        checkpoint.Rewind();
        ICheckpointReader reader = checkpoint;
        using var random = torch.random.get_rng_state();
        reader.ReadInto(RandomState, random);
        model?.Load(reader.Section("model"));
        Optimizer.Load(reader.Section("optimizer"));
        torch.random.set_rng_state(random);
    }

    /// <summary>The mean return of the deterministic policy.</summary>
    public double Evaluate(int episodes)
    {
        using var random = torch.random.get_rng_state();
        try
        {
            return Evaluator.Evaluate(Env, Optimizer.Policy, episodes, seed: 12345).Mean;
        }
        finally
        {
            torch.random.set_rng_state(random);
        }
    }

    /// <summary>Observations of start states, float32 <c>[n, O]</c>.</summary>
    public Tensor Observations(int lanes)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var spec = Env.Spec;
        var state = Env.Reset(Probes.Keys(lanes, 31));
        var observation = Env.Observe(state, torch.zeros([lanes, spec.Action.Size], spec.StateType));
        return observation.to(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Optimizer?.Dispose();
        model?.Dispose();
        Env.Dispose();
    }

    private static string Line(IterationReport report)
    {
        var (e, c) = (report.Episodes, report.Costs);
        var metrics = report.Metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name}={m.Value:R}"));
        string all = string.Join(' ', metrics);
        return string.Create(CultureInfo.InvariantCulture, $"{report.EnvironmentSteps} {e} {c} {all}");
    }
}
