using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace MbMix.Cli;

/// <summary>Says what is wrong with a command line, in our own words instead of the parser's.</summary>
internal static class UsageErrors
{
    /// <summary>Lists what is wrong, one sentence each; empty if nothing is.</summary>
    public static List<string> Of(ParseResult parsed)
    {
        if (parsed.Action is HelpAction) return [];
        var command = parsed.CommandResult.Command;
        string[] unknown = UnknownOptions(parsed);
        if (unknown.Length > 0)
        {
            // what follows an unknown option may be its value, so nothing else is certain
            string[] known = Known(parsed.CommandResult);
            // an option for which many values are expected takes the next option for one
            string[] taken = [.. unknown.Intersect(known)];
            var eager = command.Options
                .Where(o => parsed.GetResult(o) is { } given && given.Tokens.Any(t => taken.Contains(t.Value)));
            if (eager.Any()) return [.. eager.Select(NeedsValue)];
            return [.. unknown.Select(u =>
                $"{command.Name} has no option '{OneLine.Value(u)}'.{Suggestion.For(u, known)}")];
        }
        if (parsed.Errors.Count == 0 && !command.Options.Any(o => LacksValue(o, parsed.GetResult(o)))) return [];
        if (command is RootCommand) return [WhichCommand(parsed, command)];
        var errors = new List<string>();
        errors.AddRange(command.Options.SelectMany(o => OfOption(o, parsed.GetResult(o), command)));
        errors.AddRange(command.Arguments
            .Where(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 })
            .Select(a => $"{command.Name} needs {Placeholder(a)}: {Lower(a.Description)}"));
        errors.AddRange(parsed.UnmatchedTokens.Select(t => $"'{OneLine.Value(t)}' is too much: {Takes(command)}."));
        errors.AddRange(parsed.Errors.Where(e => IsOurs(e.Message)).Select(e => e.Message));
        if (errors.Count == 0) errors.AddRange(parsed.Errors.Select(e => Unforeseen(e, command)));
        return [.. errors.Distinct()];
    }

    // a token that looks like an option but is none; the parser takes it for an argument or a value
    private static string[] UnknownOptions(ParseResult parsed)
    {
        var arguments = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .Where(t => t.Type == TokenType.Argument).Select(t => t.Value);
        var looks = arguments.Where(a => a.StartsWith("--", StringComparison.Ordinal))
            .Concat(arguments.Where(a => a.Length > 1 && a[0] == '-' && char.IsAsciiLetter(a[1])
                && parsed.UnmatchedTokens.Contains(a)));
        return [.. looks.Select(l => l.Split('=')[0]).Distinct()];
    }

    private static string[] Known(CommandResult result)
    {
        IEnumerable<Option> options = result.Command.Options;
        for (var above = result.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
            options = options.Concat(above.Command.Options.Where(o => o.Recursive));
        return [.. options.Where(o => !o.Hidden).Select(o => o.Name)];
    }

    private static string WhichCommand(ParseResult parsed, Command root)
    {
        string[] commands = [.. root.Subcommands.Select(c => c.Name)];
        if (parsed.UnmatchedTokens.FirstOrDefault() is { } wrong)
            return $"There is no command '{OneLine.Value(wrong)}'.{Suggestion.For(wrong, commands)}";
        return $"Which command? One of {string.Join(", ", commands)}; `mbmix --help` says what they do.";
    }

    private static IEnumerable<string> OfOption(Option option, OptionResult? given, Command command)
    {
        string name = option.Name;
        if (given is null or { Implicit: true })
        {
            if (option.Required)
                yield return $"{command.Name} needs {name} {option.HelpName}: {Lower(option.Description)}";
        }
        else if (given.Tokens.Count < option.Arity.MinimumNumberOfValues || LacksValue(option, given))
        {
            yield return NeedsValue(option);
        }
        else if (given.Tokens.Count > option.Arity.MaximumNumberOfValues)
        {
            yield return $"{name} is given {given.Tokens.Count} times; it is expected once.";
        }
    }

    private static string NeedsValue(Option option) =>
        $"{option.Name} needs a value{(option.HelpName is { } what ? $", {what}" : "")}: {Lower(option.Description)}";

    // the parser overlooks a mention without a value if another one has a value
    private static bool LacksValue(Option option, OptionResult? given) =>
        option.Arity.MinimumNumberOfValues > 0 && given is { Implicit: false }
            && given.IdentifierTokenCount > given.Tokens.Count;

    private static string Takes(Command command) => command.Arguments.Count == 0
        ? $"{command.Name} takes options only"
        : $"{command.Name} takes {string.Join(" ", command.Arguments.Select(Placeholder))} and options";

    // what options say themselves about their values begins with the name of the option
    private static bool IsOurs(string message) => message.StartsWith("--", StringComparison.Ordinal);

    private static string Unforeseen(ParseError error, Command command)
    {
        var (name, type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => (Placeholder(argument.Argument), argument.Argument.ValueType),
            _ => (command.Name, null),
        };
        string value = OneLine.Value(string.Join(' ', error.SymbolResult?.Tokens.Select(t => t.Value) ?? []));
        return $"{name} {value}: {(type == typeof(bool) ? "true or false" : "another value")} is expected.";
    }

    private static string Placeholder(Argument argument) => argument.Name.ToUpperInvariant();

    private static string Lower(string? text) =>
        text is not { Length: > 1 } ? "a value."
        // but not the first letter of JSON or CSV
        : char.IsUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
