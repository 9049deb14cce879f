using System.Text.Json.Nodes;

namespace MbMix.Dashboard;

/// <summary>Looks at a cluster of machines that the page shows beside the runs.</summary>
/// <param name="stop">Gives up.</param>
/// <returns>
/// <c>coordinator</c>; <c>runners</c> with <c>name</c>, <c>cores</c>, <c>busyCores</c>, <c>memory</c>,
/// <c>busyMemory</c>, <c>labels</c>, <c>silentSeconds</c> and <c>ending</c>; <c>sweeps</c> with <c>name</c>,
/// <c>finished</c>, <c>atWork</c>, <c>waiting</c>, <c>failed</c>, <c>cancelled</c>, <c>share</c>,
/// <c>secondsToGo</c> and <c>trouble</c>; <c>work</c> with <c>name</c>, <c>sweep</c>, <c>runner</c>, <c>steps</c>,
/// <c>budget</c> and <c>return</c>; and <c>more</c>, a line about what is left out, or nothing.
/// </returns>
/// <exception cref="MbMixException">There are no news; the message says why.</exception>
public delegate Task<JsonObject> ClusterReader(CancellationToken stop);
