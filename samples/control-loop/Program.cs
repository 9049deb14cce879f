using System.Globalization;
using MbMix;
using MbMix.Learning;
using Samples.ControlLoop;

const string Usage =
    "Usage: Samples.ControlLoop POLICY [TICKS-PER-SECOND [SECONDS]], 1 to 10000 ticks and 1 to 86400 seconds.";

try
{
    if (args.Length is < 1 or > 3 || Number(1, 500, 10_000) is not { } rate || Number(2, 10, 86_400) is not { } seconds)
        throw new ConfigurationException(Usage);
    using var policy = PolicyFile.Load(args[0]);
    if (policy.Artifact.Environment != CartPole.Environment)
        throw new ConfigurationException(
            $"The policy is for {policy.Artifact.Environment}; this plant needs one for {CartPole.Environment}.");

    // Ctrl-C ends the loop between two ticks
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, e) =>
    {
        e.Cancel = true;
        stop.Cancel();
    };
    var plant = new CartPole();
    var loop = new ControlLoop(policy, plant, rate);
    int collections = GC.CollectionCount(0);
    long ticks = loop.Run((long)rate * seconds, stop.Token);
    collections = GC.CollectionCount(0) - collections;
    Console.WriteLine($"{ticks} ticks at {rate} Hz, {loop.Missed} missed");
    Console.WriteLine($"lateness: {loop.Lateness}");
    Console.WriteLine($"work: {loop.Work}");
    Console.WriteLine($"{loop.AllocatedBytes} bytes allocated, {collections} collections");
    Console.WriteLine(FormattableString.Invariant($"the pole is {plant.Tilt:F1} degrees from upright"));
    return 0;
}
catch (MbMixException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is ConfigurationException ? 2 : 1;
}

int? Number(int at, int usual, int most) => args.Length <= at
    ? usual
    : int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
        && number <= most ? number : null;
