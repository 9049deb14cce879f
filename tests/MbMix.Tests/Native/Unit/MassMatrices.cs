using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>The mass matrix against kinetic energies that are summed link by link.</summary>
public sealed class MassMatrices
{
    public static TheoryData<string> Names => new(Tasks.Robots);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_is_that_of_the_kinetic_energy(string model)
    {
        var body = Physics.Robot(model);
        var (q, _) = Physics.RandomState(body, new Random(7));
        int n = body.Velocities;
        var m = body.MassMatrix<Real>(Physics.Reals(q));
        double Energy(int i, int j)
        {
            var qd = new double[n];
            qd[i] += 1;
            if (j >= 0) qd[j] += 1;
            return new LinkMotions(body, q, qd).KineticEnergy;
        }
        double scale = Enumerable.Range(0, n).Max(i => m[i, i].Value);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // T(u + v) - T(u) - T(v) is u'Mv, which is symmetric whatever M is: the lower triangle is the matrix
                double expected = i == j ? 2 * Energy(i, -1) : Energy(i, j) - Energy(i, -1) - Energy(j, -1);
                if (i == j) expected += body.Robot.Links[LinkOf(body, i)].Armature;
                Assert.True(Math.Abs(expected - m[i, j]) < 1e-11 * scale, $"M[{i}, {j}] = {m[i, j].Value}, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_positive_and_half_of_its_square_form_is_the_energy(string model)
    {
        var body = Physics.Robot(model);
        var random = new Random(11);
        for (int trial = 0; trial < 10; trial++)
        {
            var (q, qd) = Physics.RandomState(body, random);
            var m = body.MassMatrix<Real>(Physics.Reals(q));
            double energy = 0, armature = 0;
            for (int i = 0; i < qd.Length; i++)
            {
                for (int j = 0; j < i; j++) energy += m[i, j] * qd[i] * qd[j];
                energy += 0.5 * m[i, i] * qd[i] * qd[i];
                armature += 0.5 * body.Robot.Links[LinkOf(body, i)].Armature * qd[i] * qd[i];
            }
            double expected = new LinkMotions(body, q, qd).KineticEnergy + armature;
            Assert.Equal(1, energy / expected, 1e-12);
            Assert.True(Solvable(m, qd.Length));
        }
    }

    /// <summary>Whether Cholesky's algorithm finds only positive pivots.</summary>
    private static bool Solvable(Real[,] m, int n)
    {
        var l = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = m[i, j];
                for (int k = 0; k < j; k++) sum -= l[i, k] * l[j, k];
                if (i == j && sum <= 0) return false;
                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }
        }
        return true;
    }

    private static int LinkOf(ArticulatedBody body, int velocity)
    {
        int link = body.Robot.Links.Length - 1;
        while (body.VelocityOf(link) > velocity || body.Robot.Links[link].Joint == JointKind.Fixed) link--;
        return link;
    }
}
