namespace MbMix.Tests.Support;

/// <summary>A span that was sent to a collector.</summary>
/// <param name="Service">Who sent it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Trace">Id of its trace.</param>
/// <param name="Id">Its id.</param>
/// <param name="Parent">Id of its parent; empty for none.</param>
/// <param name="Attributes">Its attributes; those that are no texts are empty.</param>
internal sealed record OtlpSpan(
    string Service, string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes);
