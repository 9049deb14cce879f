using System.Text;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

public sealed class HostRolloutTests
{
    private const string States = """{ "state": [[1, 0], [-0.5, 0.25]] }""";
    private const string Actions = """{ "actions": [[[0.5], [-0.5]], [[1], [0]], [[0], [0.1]]] }""";

    [Fact]
    public void Every_step_and_the_gradient_are_written()
    {
        var result = Run("point", States, Actions, gradient: true);
        Assert.Equal("test/point-v1", result["environment"]!.GetValue<string>());
        Assert.Equal(3, result["steps"]!.AsArray().Count);
        // speed 0 + 0.1 * 0.5, position 1 + 0.1 * 0.05
        Assert.Equal(1.005, result["steps"]![0]!["state"]![0]![0]!.GetValue<double>(), 6);
        Assert.Equal(-(1.005 * 1.005 + 0.1 * 0.05 * 0.05 + 0.01 * 0.25), result["steps"]![0]!["reward"]![0]!.GetValue<double>(), 1e-6);
        Assert.False(result["steps"]![0]!["terminated"]![0]!.GetValue<bool>());

        const double h = 1e-2;
        double up = Total(Run("point", """{ "state": [[1.01, 0], [-0.5, 0.25]] }""", Actions)), down = Total(Run("point", """{ "state": [[0.99, 0], [-0.5, 0.25]] }""", Actions));
        Assert.Equal((up - down) / (2 * h), result["gradient"]!["state"]![0]![0]!.GetValue<double>(), 2);
        up = Total(Run("point", States, Actions.Replace("[[0.5]", "[[0.51]", StringComparison.Ordinal)));
        down = Total(Run("point", States, Actions.Replace("[[0.5]", "[[0.49]", StringComparison.Ordinal)));
        Assert.Equal((up - down) / (2 * h), result["gradient"]!["actions"]![0]![0]![0]!.GetValue<double>(), 2);
        Assert.Equal([3, 2, 1], Shape(result["gradient"]!["actions"]!));
    }

    [Theory]
    [InlineData("blind-point", States, Actions, "has no gradients")]
    [InlineData("point", """{ "state": [[1, 0, 2]] }""", Actions, "\"state\" has the shape [1, 3]; [1, 2] is expected")]
    [InlineData("point", """{ "state": [[1, 0]] }""", Actions, "\"actions\" has the shape [3, 2, 1]; [3, 1, 1] is expected")]
    [InlineData("point", """{ "state": [[1, 0], [1]] }""", Actions, "ragged")]
    [InlineData("point", """{ "state": [[1, "a"]] }""", Actions, "a number is expected")]
    [InlineData("point", """{ "stat": [] }""", Actions, "The state file: 'state' is missing; an array of numbers with 2 axes is expected.")]
    [InlineData("point", "nonsense", Actions, "The state file is not valid JSON: line 1, byte 2")]
    [InlineData("point", States, """{ "actions": [] }""", "not empty")]
    public void Bad_files_are_explained(string environment, string states, string actions, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<MbMixException>(() => Run(environment, states, actions, gradient: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_faulted_lane_is_written_as_null_and_named()
    {
        var result = Run("point", """{ "state": [[1e39, 0], [0, 0]] }""", Actions);
        Assert.Null(result["steps"]![0]!["state"]![0]![0]);
        Assert.Equal([1, 0], result["steps"]![0]!["fault"]!.AsArray().Select(f => f!.GetValue<int>()));
    }

    private static JsonNode Run(string environment, string states, string actions, bool gradient = false)
    {
        using var workers = new WorkerPool(1);
        using var env = HostRuns.Sessions().CreateEnvironment(environment, [], workers);
        using var output = new MemoryStream();
        Rollout.Run(env, Encoding.UTF8.GetBytes(states), Encoding.UTF8.GetBytes(actions), gradient, output);
        return JsonNode.Parse(output.ToArray())!;
    }

    private static double Total(JsonNode rollout) => rollout["steps"]!.AsArray().Sum(s => s!["reward"]!.AsArray().Sum(r => r!.GetValue<double>()));

    private static int[] Shape(JsonNode? node)
    {
        var shape = new List<int>();
        for (; node is JsonArray array; node = array[0]) shape.Add(array.Count);
        return [.. shape];
    }
}
