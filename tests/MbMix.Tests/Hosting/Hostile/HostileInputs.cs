using System.Text;
using MbMix.Comparison;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>
/// Generated hostile inputs of every kind that the host reads. Each ends in success or in an error of one line; nothing
/// outside the folder changes, nothing hangs, and memory stays bounded. A new kind of document is one more <see
/// cref="Documents"/> call.
/// </summary>
[Collection(HostRuns.Collection)]
public sealed class HostileInputs(ITestOutputHelper output) : IDisposable
{
    private readonly HostileRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public void Configurations()
    {
        var folder = new HostileRunFolder(runs.Inside);
        string copy = folder.Copy();
        string sound = folder.Read("config.json")
            .Replace("\"plugins\": []", "\"plugins\": [\"/a\", \"/b\"]", StringComparison.Ordinal);
        Documents("config", sound, 150, (content, _) =>
        {
            File.WriteAllBytes(Path.Combine(copy, "config.json"), content);
            var run = RunFolder.Open(copy);
            run.ReadPluginFolders();
            folder.Sessions.Resolve(run.ReadConfig(), ["run.budget=64"]);
        });
        Finish(150);
    }

    [Fact]
    public void Presets()
    {
        const string sound = """
            { "algorithm": "test/ascent-v1", "environment": "test/point-v1", "model": { "id": "test/still-v1" }, "provenance": "a paper", "run": { "budget": 3200 },
              "algo": { "horizon": 8, "layers": [4, 5], "noise": { "scale": 0.5 }, "message": "x", "model": "None" }, "env": { "spread": 2.0 } }
            """;
        Documents("preset", sound, 80, (content, _) =>
        {
            using var stream = new MemoryStream(content);
            var preset = PresetReader.Read(stream, "p", "plugin");
            var errors = new List<string>();
            OptionsBinder.Bind(typeof(AscentOptions), preset.Algo, "algo", errors);
            OptionsBinder.Bind(typeof(PointOptions), preset.Env, "env", errors);
            OptionsBinder.Bind(typeof(RunOptions), preset.Run, "run", errors);
            if (errors.Count > 0) throw new ConfigurationException(OneLine.Join(errors));
        });
        Finish(80);
    }

    [Fact]
    public void Experiments_and_comparisons()
    {
        const string experiment = """
            { "title": "t", "note": "n", "environments": ["e/a-v1", "e/b-v1"], "seeds": 2, "budget": 100, "jobs": 2, "settings": ["run.evaluations=4"],
              "environmentSettings": { "e/b-v1": ["run.budget=7"] },
              "arms": [ { "label": "one", "algorithm": "x/y-v1", "model": "none", "settings": ["algo.k=1"], "environmentSettings": { "e/b-v1": ["algo.k=2"] } },
                        { "label": "two", "algorithm": "x/y-v1", "preset": "p", "control": true } ],
              "scale": { "e/a-v1": [-10, 0] } }
            """;
        string file = Path.Combine(runs.Inside, "e.json"), compared = Path.Combine(runs.Inside, "compared");
        Documents("experiment", experiment, 90, (content, _) =>
        {
            File.WriteAllBytes(file, content);
            var read = ExperimentReader.Read(file, runs.Inside);
            var plan =
                new ComparisonPlan
                {
                    Environments = read.Environments,
                    Arms = read.Arms,
                    Seeds = read.Seeds,
                    Budget = read.Budget,
                    Folder = compared,
                    Scale = read.Scale
                };
            plan.Validate();
            foreach (var run in plan.Runs.Take(100)) new ClosedFolder(compared).Require(run.Folder);
        });
        var small =
            new ComparisonPlan
            {
                Environments = ["e/a-v1"],
                Arms = ComparisonArm.Plain("x"),
                Seeds = 1,
                Budget = 5,
                Settings = ["a.b=1"],
                Folder = compared
            };
        Documents("comparison", """{ "budget": 5, "settings": ["a.b=1"], "arms": { "x": "--algo x", "y": "--algo y" } }""", 50, (content, _) =>
        {
            Directory.CreateDirectory(compared);
            File.WriteAllBytes(Path.Combine(compared, "comparison.json"), content);
            new ComparisonReport(small).Begin(new ProcessRunLauncher("mbmix"));
        });
        var only = small.Runs[0];
        Documents("result", """{ "evaluationReturn": 1.5, "envSteps": 100, "trainSeconds": 2.5, "returns": [1, 2] }""", 50, (content, _) =>
        {
            Directory.CreateDirectory(only.Folder);
            File.WriteAllText(Path.Combine(only.Folder, "metrics.csv"), "iteration,env_steps\n1,\"x\n");
            File.WriteAllBytes(Path.Combine(only.Folder, "result.json"), content);
            RunRecord.Read(only);
        });
        Finish(190);
    }

    [Fact]
    public void Rollouts_and_settings()
    {
        using var workers = new WorkerPool(1);
        using var env = HostRuns.Sessions().CreateEnvironment("point", [], workers);
        byte[] states = """{ "state": [[1, 0], [-0.5, 0.25]] }"""u8.ToArray(), actions = """{ "actions": [[[0.5], [-0.5]], [[1], [0]]] }"""u8.ToArray();
        Documents("state", Encoding.UTF8.GetString(states), 60, (content, _) =>
            Rollout.Run(env, content, actions, gradient: true, Stream.Null));
        Documents("actions", Encoding.UTF8.GetString(actions), 60, (content, _) =>
            Rollout.Run(env, states, content, gradient: false, Stream.Null));
        var sessions = HostRuns.Sessions();
        string[] sections =
            ["algo.noise", "algo.noise.scale", "algo.layers", "algo.message", "algo.model", "env.spread", "run.budget",
                "algo.horizon"];
        int n = 0;
        Documents("setting", """{ "scale": 0.5 }""", 64, (content, _) =>
            sessions.Resolve(
                HostRuns.Request with { Settings = [$"{sections[n++ % sections.Length]}={Encoding.UTF8.GetString(content)}"] }));
        Finish(184);
    }

    [Fact]
    public void Checkpoints()
    {
        var folder = new HostileRunFolder(runs.Inside);
        void Checkpoint(string kind, string sound, int count, Func<byte[], byte[]> forge) =>
            Documents(kind, sound, count, (content, tell) =>
        {
            string copy = folder.Copy();
            File.WriteAllBytes(Path.Combine(copy, HostileRunFolder.Newest), forge(content));
            folder.Use(copy, tell);
        });
        foreach (string key in new[] { "run", "rows", "earlier" }) Checkpoint(
            $"checkpoint's {key}", folder.Metadata(key), 60, content => folder.WithMetadata(key, content));
        Checkpoint("checkpoint's header", folder.Header(), 90, folder.WithHeader);
        Documents("manifest", folder.Read("manifest.json"), 60, (content, tell) =>
        {
            string copy = folder.Copy();
            File.WriteAllBytes(Path.Combine(copy, "manifest.json"), content);
            folder.Use(copy, tell);
        });
        Binary(folder, 80);
        Finish(410);
    }

    [Fact]
    public void Policies()
    {
        string path = Path.Combine(runs.Inside, "policy.safetensors");
        PolicyFile.Write(path, SmallPolicy());
        byte[] sound = File.ReadAllBytes(path);
        var file = SafetensorsFile.Read(path);
        void Act(byte[] content)
        {
            File.WriteAllBytes(path, content);
            using var policy = PolicyFile.Load(path);
            policy.Act(new float[policy.Artifact.Observation.Size], new float[policy.Artifact.Action.Size]);
        }
        Documents("policy", file.Metadata["policy"], 90, (content, _) =>
        {
            var metadata = new Dictionary<string, string>(file.Metadata) { ["policy"] = Encoding.UTF8.GetString(content) };
            metadata.Remove("sha256");
            SafetensorsFile.Write(path, metadata, file.Entries);
            Act(File.ReadAllBytes(path));
        });
        Documents("policy's header", HostileRunFolder.HeaderOf(sound), 90, (content, _) => Act(HostileRunFolder.WithHeader(sound, content)));
        for (int i = 0; i < 40; i++)
        {
            byte[] cut = sound[..new Random(i).Next(sound.Length)];
            runs.Feed($"policy cut at {cut.Length}", _ => Act(cut));
        }
        Finish(222);
    }

    [Fact]
    public void Run_folders()
    {
        var folder = new HostileRunFolder(runs.Inside);
        string[] names =
        [
            "config.json", "manifest.json", "manifest.json.tmp", "metrics.csv", "metrics.jsonl", "evaluations.csv",
                folder.Events, "log.txt", "run.lock", "result.json", "policy",
            "policy/policy.safetensors", "policy/policy.safetensors.tmp", "checkpoints", "checkpoints/checkpoint.tmp",
                "checkpoints/rows", HostileRunFolder.Newest, HostileRunFolder.Older,
            "checkpoints/checkpoint-000000099.safetensors", folder.Rows,
        ];
        foreach (string name in names)
        {
            foreach (var (what, set) in Traps.All(runs.Canary))
            {
                string copy = folder.Copy(), path = Path.Combine(copy, name);
                if (File.Exists(path)) File.Delete(path);
                if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                set(path);
                runs.Feed($"{what} in place of {name}", tell => folder.Use(copy, tell));
                Directory.Delete(copy, recursive: true);
            }
        }
        Finish(280);
    }

    private void Documents(string kind, string sound, int count, Action<byte[], Action<string>> use)
    {
        var inputs = new HostileJson(sound, kind.Length, runs.WaysOut);
        for (int i = 0; i < count; i++)
        {
            var (content, how) = inputs[i];
            runs.Feed($"{kind} {i}: {how}", tell => use(content, tell));
        }
        // the sound document itself is no error
        int refused = runs.Refused;
        runs.Feed($"{kind} as it should be", tell => use(Encoding.UTF8.GetBytes(sound), tell));
        Assert.Equal(refused, runs.Refused);
    }

    private static PolicyArtifact SmallPolicy() => new()
    {
        Environment = "test/point-v1",
        Algorithm = "test/ascent-v1",
        Observation = SpaceSpec.Box(-1, 1, "x", "v"),
        Action = SpaceSpec.Box(-2, 2, "force"),
        ControlPeriod = 0.1,
        Normalizer = new PolicyNormalizer([0.5f, 0], [2, 1]),
        Layers =
        [
            new PolicyLayer(2, 3, [1, 2, 3, 4, 5, 6], [0, 1, 0], Activation.Elu) { Gain = [1, 1, 1], Offset = [0, 0, 0] },
            new PolicyLayer(3, 1, [1, -1, 0.5f], [0.1f], null),
        ],
        Squash = ActionSquash.Tanh,
        LogStd = [-1],
    };

    private void Binary(HostileRunFolder folder, int count)
    {
        byte[] sound = folder.ReadBytes(HostileRunFolder.Newest);
        for (int i = 0; i < count; i++)
        {
            var random = new Random(i);
            byte[] content = [.. sound];
            string how = $"checkpoint {i}: ";
            switch (i % 4)
            {
                case 0: content = content[..random.Next(content.Length)]; how += $"cut at {content.Length}"; break;
                case 1:
                    random.NextBytes(
                    content.AsSpan(random.Next(content.Length - 64), random.Next(1, 64))); how += "overwritten"; break;
                case 2:
                    BitConverter.TryWriteBytes(
                    content, (long)random.NextInt64() >> random.Next(64)); how += "another length of the header"; break;
                default: content = [.. content, .. new byte[random.Next(1, 100_000)]]; how += "longer"; break;
            }
            string copy = folder.Copy();
            File.WriteAllBytes(Path.Combine(copy, HostileRunFolder.Newest), content);
            runs.Feed(how, tell => folder.Use(copy, tell));
        }
    }

    private void Finish(int atLeast)
    {
        output.WriteLine(runs.Report());
        Assert.True(runs.Inputs >= atLeast);
        Assert.True(runs.Refused > 0);
    }
}
