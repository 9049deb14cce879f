namespace MbMix.Hosting;

/// <summary>The component of a plugin on the other side of a call, for messages that name it.</summary>
/// <param name="Plugin">Name of the plugin.</param>
/// <param name="Id">Id of the component.</param>
internal sealed record Boundary(string Plugin, string Id)
{
    /// <summary>The boundary of a component in the catalog.</summary>
    public static Boundary Of(ComponentInfo component) => new(component.Plugin, component.Id);

    /// <summary>An exception that says in one line what came across the boundary and what was expected.</summary>
    /// <param name="what">The member and its result, such as <c>reward of Step</c>.</param>
    /// <param name="came">What came.</param>
    /// <param name="expected">What was expected.</param>
    public MbMixException Wrong(string what, string came, string expected) =>
        new(OneLine.Limit($"plugin {OneLine.Value(Plugin)} ({Id}): {what}: {came} came; expected {expected}."));
}
