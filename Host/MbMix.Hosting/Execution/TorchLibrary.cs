using System.Runtime.InteropServices;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// The native library of torch, which not every system has. What needs no tensors works without it: lists,
/// descriptions, rollouts of environments that compute in arrays, and policy files that act.
/// </summary>
internal static class TorchLibrary
{
    private static readonly Lazy<string?> Absence = new(Find);

    /// <summary>Whether tensors can be made.</summary>
    public static bool IsPresent => Absence.Value is null;

    /// <summary>Requires the library.</summary>
    /// <exception cref="MbMixException">It cannot be loaded; the message says in one line what is missing.</exception>
    public static void Require()
    {
        if (Absence.Value is { } line) throw new MbMixException(line);
    }

    /// <summary>Requires the library, and leaves parallel work to the worker pool: libtorch uses one thread.</summary>
    /// <exception cref="MbMixException">It cannot be loaded.</exception>
    public static void RequireOneThread()
    {
        Require();
        torch.set_num_threads(1);
    }

    /// <summary>Does the same for work that can do without the library.</summary>
    public static void UseOneThread()
    {
        if (IsPresent) torch.set_num_threads(1);
    }

    /// <summary>
    /// Says in one line what is missing if an exception, or one that caused it, is about a native library of torch that
    /// cannot be loaded; otherwise null.
    /// </summary>
    /// <param name="exception">What was thrown.</param>
    public static string? DescribeMissing(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is TypeInitializationException { TypeName: "TorchSharp.torch" } or DllNotFoundException && Names(e))
                return Absence.Value ?? Missing(OneLine.Of(e));
        }
        return null;
    }

    private static bool Names(Exception e) => e.Message.Contains("torch", StringComparison.OrdinalIgnoreCase);

    private static string? Find()
    {
        if (OperatingSystem.IsLinux() && Directories().SelectMany(ElfFile.FindCutOff).FirstOrDefault() is { } cutOff)
            return Missing($"{OneLine.Path(cutOff)} is cut off");
        // TorchSharp would look for packages, write about it and copy them here; on Windows it loads more, in an order
        // of its own
        if (!OperatingSystem.IsWindows() && !(CanLoad("torch_cpu") && CanLoad("LibTorchSharp")))
        {
            return OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture != Architecture.X64
                ? "This needs libtorch, which TorchSharp does not have for Linux on "
                + $"{RuntimeInformation.ProcessArchitecture}: train on another system. Lists, descriptions, rollouts "
                + "and policy files work without it."
                : Missing("they are not there, or one that they depend on is not");
        }
        try
        {
            torch.get_num_threads();
            return null;
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException)
        {
            return Missing(OneLine.Of(e));
        }
    }

    private static string Missing(string reason) => OneLine.Limit(
        "This needs libtorch, whose native libraries cannot be loaded: publish or install MbMix for "
        + $"{RuntimeInformation.RuntimeIdentifier} ({reason})");

    private static bool CanLoad(string name) => NativeLibrary.TryLoad(name, typeof(torch).Assembly, null, out _);

    // where a published folder and an ordinary build have them
    private static IEnumerable<string> Directories() =>
        new[] { "", Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "native") }
            .Select(part => Path.Combine(AppContext.BaseDirectory, part))
            .Where(Directory.Exists);
}
