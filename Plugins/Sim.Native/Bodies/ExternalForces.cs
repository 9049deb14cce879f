using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The forces that act on links from outside the tree: contacts and muscles. Each is a repeated term over the
/// poses and motions of the links.
/// </summary>
internal sealed class ExternalForces
{
    // what terms can read of a link: rotation by rows, position, angular and linear velocity
    private const int Rotation = 0, Position = 9, Angular = 12, Linear = 15, PerLink = 18;

    private readonly int links;
    private readonly GroundContact ground;
    private readonly TermInstance[] contacts;
    private readonly TermInstance[] planes;
    private readonly TermInstance[] pulls;

    public ExternalForces(RobotDescription robot)
    {
        links = robot.Links.Length;
        ground = new GroundContact(robot.Ground);
        contacts = [.. robot.Contacts.Select(c => new TermInstance(
            [.. Of(c.Link, Rotation, 9), .. Of(c.Link, Position, 3), .. Of(c.Link, Angular, 3), .. Of(
                c.Link, Linear, 3)],
            [.. c.Point, c.Radius],
            Wrench(c.Link)))];
        planes = [.. robot.PlanePoints.Select(p => new TermInstance(
            [.. Of(p.Link, 0, PerLink), (links * PerLink) + p.Link], p.Parameters, Wrench(p.Link)))];
        int activations = links * (PerLink + 1);
        pulls = [.. robot.Muscles.SelectMany((muscle, m) => Segments(muscle, activations + m))];
    }

    /// <summary>Computes the total wrench on each link.</summary>
    /// <param name="poses">Poses of all links.</param>
    /// <param name="motion">Motions of all links.</param>
    /// <param name="activation">Activation of each muscle, 0 to 1.</param>
    /// <param name="lifts">
    /// For each link the height in the world of the origin that its pose and motion refer to [m]; empty if all are 0.
    /// </param>
    public SpatialVector<T>[] On<T>(
        LinkPose<T>[] poses,
        SpatialVector<T>[] motion,
        ReadOnlySpan<T> activation,
        ReadOnlySpan<T> lifts = default)
        where T : struct, IScalar<T>
    {
        var values = new List<T>();
        for (int i = 0; i < links; i++)
        {
            var r = poses[i].Rotation;
            Vector3<T>[] vectors = [r.Row0, r.Row1, r.Row2, poses[i].Position, motion[i].Angular, motion[i].Linear];
            foreach (var v in vectors) values.AddRange([v.X, v.Y, v.Z]);
        }
        for (int i = 0; i < links; i++) values.Add(lifts.IsEmpty ? 0 : lifts[i]);
        values.AddRange(activation);

        var totals = new T[links * 6];
        Array.Fill(totals, (T)0);
        T.AddTerms(ground, contacts, [.. values], totals);
        T.AddTerms(new PlaneContact(), planes, [.. values], totals);
        T.AddTerms(new MuscleSegment(), pulls, [.. values], totals);
        var wrenches = new SpatialVector<T>[links];
        for (int i = 0; i < links; i++)
        {
            var t = totals.AsSpan(i * 6, 6);
            wrenches[i] = new(new(t[0], t[1], t[2]), new(t[3], t[4], t[5]));
        }
        return wrenches;
    }

    private static IEnumerable<TermInstance> Segments(MuscleDescription muscle, int activation)
    {
        for (int i = 0; i + 1 < muscle.Links.Length; i++)
        {
            int first = muscle.Links[i], second = muscle.Links[i + 1];
            if (first == second) continue;
            yield return new TermInstance(
                [
                    .. Of(first, Rotation, 9), .. Of(first, Position, 3),
                    .. Of(second, Rotation, 9), .. Of(second, Position, 3),
                    activation,
                ],
                [.. muscle.Points[i], .. muscle.Points[i + 1], muscle.Tension],
                [.. Wrench(first), .. Wrench(second)]);
        }
    }

    private static IEnumerable<int> Of(int link, int first, int count) =>
        Enumerable.Range((link * PerLink) + first, count);

    private static int[] Wrench(int link) => [.. Enumerable.Range(link * 6, 6)];
}
