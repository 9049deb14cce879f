using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>How heavy a robot is where something pushes it, in one position.</summary>
internal sealed class EffectiveInertia
{
    private readonly ArticulatedBody body;
    private readonly double[,] inverse;

    /// <summary>Computes the inverse of the mass matrix.</summary>
    /// <param name="body">The robot.</param>
    /// <param name="q">Its position.</param>
    public EffectiveInertia(ArticulatedBody body, double[] q)
    {
        this.body = body;
        Real[] at = [.. q.Select(x => (Real)x)];
        Poses = body.Kinematics<Real>(at);
        inverse = Inverse(body.MassMatrix<Real>(at));
    }

    /// <summary>Poses of the links.</summary>
    public LinkPose<Real>[] Poses { get; }

    /// <summary>The first velocity component that moves no mass of its own; -1 if there is none.</summary>
    public int Massless { get; private set; } = -1;

    /// <summary>Inertia of a velocity component when all others are free to follow.</summary>
    public double Of(int velocity) => 1 / inverse[velocity, velocity];

    /// <summary>Mass of a point of a link in the direction in which it is lightest [kg].</summary>
    /// <param name="link">The link.</param>
    /// <param name="point">The point in the link's frame [m].</param>
    public double At(int link, double[] point)
    {
        var at = Poses[link].Position + (Poses[link].Rotation * Vector3<Real>.From(point));
        var jacobian = new double[3, body.Velocities];
        for (int i = link; i >= 0; i = body.Robot.Links[i].Parent)
        {
            for (int k = 0; k < Poses[i].Subspace.Length; k++)
            {
                var s = Poses[i].Subspace[k];
                double[] v = Placement.Components(s.Linear + Vector3<Real>.Cross(s.Angular, at));
                for (int axis = 0; axis < 3; axis++) jacobian[axis, body.VelocityOf(i) + k] = v[axis];
            }
        }
        double Mobility(int a, int b)
        {
            double sum = 0;
            for (int i = 0; i < body.Velocities; i++)
            {
                for (int j = 0; j < body.Velocities; j++) sum += jacobian[a, i] * inverse[i, j] * jacobian[b, j];
            }
            return sum;
        }
        double[] mobility =
        [
            Mobility(0, 0), Mobility(1, 1), Mobility(2, 2), Mobility(0, 1), Mobility(0, 2), Mobility(1, 2),
        ];
        return 1 / SymmetricMatrix.Eigen(mobility).Values.Max();
    }

    // by Cholesky's factorization
    private double[,] Inverse(Real[,] m)
    {
        int n = m.GetLength(0);
        var l = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = m[i, j];
                for (int k = 0; k < j; k++) sum -= l[i, k] * l[j, k];
                if (i != j) l[i, j] = sum / l[j, j];
                else if (sum > 1e-13 * Math.Max(1e-9, m[i, i])) l[i, i] = Math.Sqrt(sum);
                else if (Massless < 0) Massless = i;
            }
        }
        var inverse = new double[n, n];
        var column = new double[n];
        for (int c = 0; c < n; c++)
        {
            for (int i = 0; i < n; i++)
            {
                double sum = i == c ? 1 : 0;
                for (int k = 0; k < i; k++) sum -= l[i, k] * column[k];
                column[i] = sum / l[i, i];
            }
            for (int i = n - 1; i >= 0; i--)
            {
                double sum = column[i];
                for (int k = i + 1; k < n; k++) sum -= l[k, i] * inverse[k, c];
                inverse[i, c] = sum / l[i, i];
            }
        }
        return inverse;
    }
}
