namespace Samples.ControlLoop;

/// <summary>
/// The plant: a pole on a cart, in plain numbers, with the masses of diffrl/cartpole-swingup-v1 and a track without
/// end. A real plant would read its sensors in <see cref="Observe"/> and set its motor in <see cref="Step"/>.
/// </summary>
internal sealed class CartPole
{
    public const string Environment = "diffrl/cartpole-swingup-v1";
    public const int ObservationSize = 5;

    private const double Gravity = 9.81; // m/s^2
    private const double Motor = 1000; // N at action 1
    private const double Mass = 52.51; // kg; cart, pole and armature
    private const double Imbalance = 2.5 * 0.5; // kg m; mass of the pole times distance of its center from the joint
    private const double Inertia = 0.208854 + (Imbalance * 0.5) + 0.01; // kg m^2; about the joint, and armature
    private const double LongestStep = 0.002; // s

    private double x, angle = Math.PI, speed, rate;

    /// <summary>Angle from upright, in degrees, 0 to 180.</summary>
    public double Tilt => Math.Abs(Math.IEEERemainder(angle, 2 * Math.PI)) * 180 / Math.PI;

    /// <summary>What the policy sees.</summary>
    /// <param name="observation">Receives position, speed, sine and cosine of the angle, and its rate.</param>
    public void Observe(Span<float> observation)
    {
        observation[0] = (float)x;
        observation[1] = (float)speed;
        observation[2] = (float)Math.Sin(angle);
        observation[3] = (float)Math.Cos(angle);
        observation[4] = (float)rate;
    }

    /// <summary>Moves on with a constant force on the cart.</summary>
    /// <param name="action">The force as a part of the motor's.</param>
    /// <param name="seconds">Time to move on by.</param>
    public void Step(float action, double seconds)
    {
        int steps = (int)Math.Ceiling(seconds / LongestStep);
        double dt = seconds / steps;
        for (int i = 0; i < steps; i++)
        {
            // the mass matrix is [[Mass, c], [c, Inertia]]
            double c = Imbalance * Math.Cos(angle), s = Imbalance * Math.Sin(angle);
            double force = (Motor * action) + (s * rate * rate), torque = Gravity * s;
            double determinant = (Mass * Inertia) - (c * c);
            speed += dt * ((Inertia * force) - (c * torque)) / determinant;
            rate += dt * ((Mass * torque) - (c * force)) / determinant;
            x += dt * speed;
            angle += dt * rate;
        }
    }
}
