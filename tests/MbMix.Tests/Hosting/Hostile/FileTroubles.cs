using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>Errors of the file system in words, and equal folders under different names.</summary>
public sealed class FileTroubles : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(13, "permission denied")]
    [InlineData(20, "a part of the path is a file")]
    [InlineData(24, "too many open files: raise the limit with `ulimit -n`")]
    [InlineData(28, "the disk is full")]
    [InlineData(30, "the file system is read-only")]
    [InlineData(36, "the path is too long")]
    public void An_error_of_the_system_is_described_with_its_path(int error, string reason)
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(
            $"/a/b cannot be used: {reason}.", FileTrouble.Describe(new IOException("Whatever : '/a/b'", error)));
        Assert.Equal($"A file cannot be used: {reason}.", FileTrouble.Describe(new IOException("Whatever", error)));
        Assert.Equal($"c cannot be used: {reason}.", FileTrouble.Describe(new IOException("Whatever", error), "c"));
    }

    [Fact]
    public void Real_errors_are_described_with_path_and_reason()
    {
        File.WriteAllText(folder["file"], "");
        Assert.Equal(
            $"{folder["no"]} cannot be used: there is no such file.", Of(() => File.ReadAllText(folder["no"])));
        Assert.Equal(
            $"{folder["no/x"]} cannot be used: there is no such folder.",
            Of(() => File.WriteAllText(folder["no/x"], "")));
        Assert.Equal("/a cannot be used: permission denied.", FileTrouble.Describe(
            new UnauthorizedAccessException("Access to the path '/a' is denied.")));
        if (!OperatingSystem.IsLinux()) return;
        string full = Of(() => File.WriteAllText("/dev/full", new string('x', 10_000)));
        Assert.Contains("the disk is full", full);
    }

    [Fact]
    public void Equal_folders_have_equal_real_paths()
    {
        Directory.CreateDirectory(folder["a/b"]);
        Directory.CreateSymbolicLink(folder["link"], folder["a"]);
        Directory.CreateSymbolicLink(folder["relative"], "link/b");
        Directory.CreateSymbolicLink(folder["circle"], folder["circle"]);
        string real = UserPath.Real(folder["a/b"]);
        Assert.EndsWith("/a/b", real, StringComparison.Ordinal);
        foreach (string same in new[] { "a/b/", "a/../a/b", "link/b", "relative", "relative/" })
            Assert.Equal(real, UserPath.Real(folder[same]));
        Assert.NotEqual(real, UserPath.Real(folder["a"]));
        Assert.EndsWith("circle", UserPath.Real(folder["circle"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lambda", " Did you mean 'criticLambda'?")]
    [InlineData("criticIterations", " Did you mean one of criticLambda, criticPasses?")]
    [InlineData("actor", " Did you mean 'actorHidden'?")]
    [InlineData("gama", " Did you mean 'gamma'?")]
    [InlineData("x", " Known: actorHidden, criticLambda, criticPasses, gamma, horizon.")]
    [InlineData("zzzzzz", " Known: actorHidden, criticLambda, criticPasses, gamma, horizon.")]
    public void A_renamed_option_gets_a_suggestion(string word, string expected) => Assert.Equal(
        expected, Suggestion.For(word, ["horizon", "gamma", "criticLambda", "criticPasses", "actorHidden"]));

    private static string Of(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e)
        {
            return FileTrouble.Describe(e);
        }
        return "no error";
    }
}
