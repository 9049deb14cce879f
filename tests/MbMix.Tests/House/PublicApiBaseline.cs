using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>The public surface of every library is recorded in eng/api, so that no change of it goes unseen.</summary>
public sealed class PublicApiBaseline
{
    private static readonly bool Update = Environment.GetEnvironmentVariable(PublicApi.UpdateVariable) == "1";

    public static TheoryData<string> Libraries => [.. PublicApi.Libraries()];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_recorded_one(string library)
    {
        string[] compiled = PublicApi.Read(library);
        if (Update) PublicApi.Record(library, compiled);
        var differences = PublicApi.Differences(PublicApi.Recorded(library), compiled);
        Assert.True(
            differences.Count == 0,
            $"The public surface of {library} is not that of eng/api/{library}.txt:\n{string.Join('\n', differences)}\n"
            + "If this is meant, record it: "
            + $"{PublicApi.UpdateVariable}=1 dotnet run -c Release --project tests/MbMix.Tests -- -class "
            + typeof(PublicApiBaseline).FullName);
    }

    [Fact]
    public void Every_record_belongs_to_a_library()
    {
        var records = Directory.GetFiles(PublicApi.Folder).Select(f => Path.GetFileNameWithoutExtension(f));
        Assert.Equal(PublicApi.Libraries().Order(), records.Order());
    }

    [Fact]
    public void A_difference_names_the_type_and_the_line()
    {
        string[] before =
        [
            "namespace N", "{", "    public class A", "    {", "        public A() { }",
            "        public int X { get; }", "    }", "    public class B", "    {",
            "        public int X { get; }", "    }", "}",
        ];
        string[] after = [.. before[..5], .. before[6..9], "        public int Y { get; }", .. before[9..]];
        Assert.Equal(
            ["- public class A: public int X { get; }", "+ public class B: public int Y { get; }"],
            PublicApi.Differences(before, after));
        Assert.Empty(PublicApi.Differences(before, before));
    }
}
