using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>The component of a plugin on the other side of a call, for messages that name it.</summary>
/// <param name="Plugin">Name of the plugin.</param>
/// <param name="Id">Id of the component.</param>
internal sealed record Boundary(string Plugin, string Id)
{
    /// <summary>The boundary of a component in the catalog.</summary>
    public static Boundary Of(ComponentInfo component) => new(component.Plugin, component.Id);

    /// <summary>
    /// Whether an exception from the other side would pass for one of the host's own: it is of a kind that the host
    /// throws, and nothing in it names the plugin. A call that takes a token lets its cancellation pass before it asks.
    /// </summary>
    public static bool IsNameless(Exception exception) =>
        (exception is MbMixException or OperationCanceledException) && !exception.IsAttributed();

    /// <summary>An exception that says in one line what came across the boundary and what was expected.</summary>
    /// <param name="what">The member and its result, such as <c>reward of Step</c>.</param>
    /// <param name="came">What came.</param>
    /// <param name="expected">What was expected.</param>
    public MbMixException Wrong(string what, string came, string expected) =>
        new MbMixException(OneLine.Limit($"{Name}: {what}: {came} came; expected {expected}.")).Attributed();

    /// <summary>An exception that names the member in front of the message of another one.</summary>
    /// <param name="member">The member.</param>
    /// <param name="exception">What it threw; its kind is kept.</param>
    public MbMixException Threw(string member, Exception exception) => Named($": {member}: ", exception);

    /// <summary>An exception that says when another one was thrown.</summary>
    /// <param name="when">Such as <c>in its first steps</c>.</param>
    /// <param name="exception">What was thrown; its kind is kept.</param>
    public MbMixException ThrewWhen(string when, Exception exception) => Named($" threw {when}: ", exception);

    /// <summary>An exception that says what another one kept the component from.</summary>
    /// <param name="what">Such as <c>save a checkpoint</c>.</param>
    /// <param name="exception">What was thrown.</param>
    public MbMixException Cannot(string what, Exception exception) => Named($" cannot {what}: ", exception);

    /// <summary>An exception that names the component in front of the message of another one.</summary>
    /// <param name="exception">What was thrown; its kind is kept.</param>
    public MbMixException Says(Exception exception) => Named(": ", exception);

    /// <summary>Disposes a component; what it throws names it.</summary>
    public void Dispose(IDisposable component)
    {
        try
        {
            component.Dispose();
        }
        catch (Exception e) when (!e.IsAttributed())
        {
            throw Threw("Dispose", e);
        }
    }

    /// <summary>
    /// Requires that a call has left libtorch's recording of gradients on or off as it was, because everything after it
    /// would be without gradients, or with them.
    /// </summary>
    /// <param name="member">The member that was called.</param>
    /// <param name="recording">Whether gradients were recorded before.</param>
    public void RequireMode(string member, bool recording)
    {
        if (torch.is_grad_enabled() == recording) return;
        torch.set_grad_enabled(recording);
        throw Wrong(
            $"gradient mode after {member}", recording ? "off" : "on",
            "as before, such as with `using var off = torch.no_grad()`");
    }

    /// <summary>Warns of what came across the boundary, in the words of <see cref="Wrong"/>.</summary>
    public void Warn(ILogger logger, string what, string came, string expected) => logger.LogWarning(
        "plugin {Plugin} ({Id}): {What}: {Came} came; expected {Expected}.", Plugin, Id, what, came, expected);

    private string Name => $"plugin {OneLine.Value(Plugin)} ({Id})";

    private MbMixException Named(string begin, Exception exception)
    {
        string line = OneLine.Limit(Name + begin + OneLine.WithType(exception));
        // the kind decides about the exit code
        MbMixException named = exception is ConfigurationException
            ? new ConfigurationException(line, exception) : new MbMixException(line, exception);
        return named.Attributed();
    }
}
