namespace MbMix.Hosting;

/// <summary>Numbers in row-major order, and their shape.</summary>
internal sealed record NumberArray(double[] Values, long[] Shape);
