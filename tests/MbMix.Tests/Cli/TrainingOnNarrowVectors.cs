using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>The same training in processes that are denied wide vectors.</summary>
public sealed class TrainingOnNarrowVectors : IDisposable
{
    // of the narrowest vectors, the last has no instruction for a b + c either; torch chooses its own vectors
    private static readonly (string Name, string Value)[][] Machines =
    [
        [],
        [("DOTNET_EnableAVX512", "0")],
        [("DOTNET_PreferredVectorBitWidth", "128"), ("ATEN_CPU_CAPABILITY", "default")],
        [("DOTNET_EnableAVX2", "0")],
    ];

    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("shac")]
    [InlineData("mbmix")]
    public async Task Every_width_of_vectors_trains_with_the_same_numbers(string algorithm)
    {
        // a normalization in every network: its sums run over rows
        string[] settings = [.. CartPoleRuns.Small(algorithm), "run.budget=640", "algo.actorHidden=[24]", "algo.criticHidden=[40]"];
        var metrics = new List<string>();
        foreach (var (environment, machine) in Machines.Select((m, i) => (m, FormattableString.Invariant($"machine{i}"))))
        {
            string[] arguments =
            [
                "train", CartPoleRuns.Environment, "--algo", algorithm, .. algorithm == "mbmix" ? (string[])["--model", "sobolev-mlp"] : [],
                "--preset", "none", "--seed", "5", "--threads", "2", .. settings.SelectMany(s => new[] { "--set", s }), "--out", folder[machine],
            ];
            var result = await Shell.RunAsync(Shell.MbMix, arguments, null, environment);
            Assert.Equal(0, result.Code);
            // the machine without the instruction says what that costs
            if (environment is [("DOTNET_EnableAVX2", _)]) Assert.StartsWith("warning: this processor has no FMA instruction", result.Error);
            else Assert.Equal("", result.Error);
            metrics.Add(HostRuns.Comparable(folder[machine]));
        }
        Assert.All(metrics, m => Assert.Equal(metrics[0], m));
        Assert.True(metrics[0].Split('\n').Length > 8, metrics[0]);
    }

    [Fact]
    public async Task Products_are_rounded_separately_only_if_asked_and_where_there_is_no_instruction()
    {
        string[] train =
        [
            "train", CartPoleRuns.Environment, "--algo", "shac", "--preset", "none", "--seed", "5",
            .. CartPoleRuns.Small("shac").SelectMany(s => new[] { "--set", s }), "--set", "run.budget=640",
        ];
        var machines = new Dictionary<string, (string Name, string Value)[]>
        {
            ["exact"] = [("DOTNET_EnableAVX2", "0"), ("MBMIX_FMA", "exact")],
            ["separate"] = [("DOTNET_EnableAVX2", "0"), ("MBMIX_FMA", "separate")],
            ["again"] = [("DOTNET_EnableAVX2", "0"), ("MBMIX_FMA", "separate")],
            ["ordinary"] = [("MBMIX_FMA", "separate")],
        };
        foreach (var (name, environment) in machines)
        {
            var result = await Shell.RunAsync(Shell.MbMix, [.. train, "--out", folder[name]], null, environment);
            Assert.Equal((0, name == "exact"), (result.Code, result.Error.Length > 0));
        }
        var metrics = machines.Keys.ToDictionary(name => name, name => HostRuns.Comparable(folder[name]));
        Assert.Equal(metrics["exact"], metrics["ordinary"]);
        Assert.NotEqual(metrics["exact"], metrics["separate"]);
        Assert.Equal(metrics["separate"], metrics["again"]);

        var wrong = await Shell.RunAsync(Shell.MbMix, ["list"], null, [("MBMIX_FMA", "fast")]);
        Assert.Equal((2, "error: MBMIX_FMA is fast: expected exact or separate."), (wrong.Code, wrong.Error.Trim()));
    }
}
