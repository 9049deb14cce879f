using System.Diagnostics;
using System.Reflection;

namespace MbMix.TestKit;

/// <summary>Finds out which member of a plugin an exception comes from.</summary>
internal static class Culprit
{
    private static readonly Type[] Contracts =
    [
        typeof(IDifferentiableEnv), typeof(IStateChart), typeof(IDynamicsModel), typeof(IPolicyOptimizer),
        typeof(IPolicy),
    ];

    /// <summary>
    /// The member of a contract that was running on the plugin's side, such as <c>Step</c>; null if there was none.
    /// </summary>
    public static string? Of(Exception exception)
    {
        foreach (var frame in new StackTrace(exception).GetFrames())
        {
            if (frame.GetMethod() is not { DeclaringType: { } type } method) continue;
            // this library checks, and is not checked
            if (type.Assembly == typeof(Culprit).Assembly) return null;
            // lambdas and local functions are in a class or under a name of the compiler's own
            while (type is { IsNested: true, DeclaringType: { } outer } && type.Name.StartsWith('<')) type = outer;
            if (Member(type, NameOf(method)) is { } member) return member;
        }
        return null;
    }

    /// <summary>Whether an exception is what comes of using something that is not there.</summary>
    public static bool IsOfNothing(Exception e) =>
        e is NullReferenceException or ObjectDisposedException
            || (e is InvalidOperationException && e.Message.Contains("empty handle", StringComparison.Ordinal));

    private static string? Member(Type type, string name)
    {
        foreach (var contract in Contracts)
        {
            if (!contract.IsAssignableFrom(type)) continue;
            var all = type.GetInterfaces().Where(i => i.Assembly == contract.Assembly || i == typeof(IDisposable));
            if (all.Any(i => i.GetMethods().Any(m => m.Name == name))) return name;
        }
        return null;
    }

    // 'MbMix.IDifferentiableEnv.Step' of an explicit implementation and '<Step>b__0' of a lambda are Step
    private static string NameOf(MethodBase method)
    {
        string name = method.Name[(method.Name.LastIndexOf('.') + 1)..];
        return name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end
            ? name[1..end] : name;
    }
}
