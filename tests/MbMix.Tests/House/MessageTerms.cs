using System.Reflection;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>
/// The libraries speak to programs, so their messages name no option of the command; the command puts them in.
/// </summary>
public sealed class MessageTerms
{
    [Theory]
    [InlineData("Host/MbMix.Hosting")]
    [InlineData("Learning")]
    [InlineData("Storage")]
    public void A_message_of_a_library_names_no_option_of_the_command(string library)
    {
        var lines = Directory.EnumerateFiles(Path.Combine(Shell.Root, library), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Contains("obj")).SelectMany(File.ReadLines);
        string[] options = ["--accept", "--from", "--model", "--out", "--plugins", "--resume", "--without"];
        bool Names(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            && Array.Exists(options, o => line.Contains(o, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, Names);
    }

    [Fact]
    public void The_command_has_a_word_for_every_term_of_the_interface()
    {
        string[] terms = [.. typeof(ApiTerms).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.Name)];
        Assert.NotEmpty(terms);
        string words = File.ReadAllText(Path.Combine(Shell.Root, "Host", "MbMix.Cli", "CommandTerms.cs"));
        Assert.All(terms, term => Assert.Contains($"(ApiTerms.{term}, \"", words, StringComparison.Ordinal));
    }
}
