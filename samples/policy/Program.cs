using System.Diagnostics;
using MbMix.Learning;

using var policy = PolicyFile.Load(args[0]);
float[] observation = new float[policy.Artifact.Observation.Size], action = new float[policy.Artifact.Action.Size];
for (int i = 0; i < 200_000; i++) policy.Act(observation, action); // until the just-in-time compiler is done
long bytes = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
for (int i = 0; i < 100_000; i++) policy.Act(observation, action);
double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / 100_000;
bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
Console.WriteLine(FormattableString.Invariant(
    $"{microseconds:0.00} us and {bytes / 100_000.0:0.###} bytes per action; [{string.Join(", ", action)}]"));
