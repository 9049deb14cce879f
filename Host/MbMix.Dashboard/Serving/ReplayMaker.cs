namespace MbMix.Dashboard;

/// <summary>Makes a page that replays the newest policy of a run.</summary>
/// <param name="folder">Path of the run's folder.</param>
/// <param name="stop">Gives up.</param>
/// <returns>The page.</returns>
/// <exception cref="MbMixException">There is no such page; the message says why.</exception>
public delegate Task<byte[]> ReplayMaker(string folder, CancellationToken stop);
