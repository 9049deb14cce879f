using MujocoSharp;

// A linear-quadratic regulator keeps a pole on a cart upright. Its linear model comes from finite differences of
// MuJoCo's own steps.
const string Cart =
    """
    <mujoco>
      <option timestep="0.01" integrator="RK4"/>
      <worldbody>
        <body name="cart">
          <joint name="slide" type="slide" axis="1 0 0"/>
          <geom type="box" size="0.2 0.1 0.05" mass="2"/>
          <body name="pole">
            <joint name="hinge" type="hinge" axis="0 1 0"/>
            <geom type="capsule" fromto="0 0 0 0 0 0.8" size="0.03" mass="0.3" contype="0"/>
          </body>
        </body>
      </worldbody>
      <actuator><motor joint="slide" gear="10" ctrlrange="-3 3" ctrllimited="true"/></actuator>
    </mujoco>
    """;

try
{
    using var model = MjModel.FromXml(Cart);
    using var data = new MjData(model);
    var gain = Regulator(data);

    data.Reset();
    data.Qpos[model.JointQposAdr[model.Id(MjObject.Joint, "hinge")]] = 0.3;
    double furthest = 0;
    while (data.Time < 6)
    {
        var x = State(data);
        data.Ctrl[0] = -gain.Zip(x, (k, v) => k * v).Sum();
        data.Step();
        furthest = Math.Max(furthest, Math.Abs(data.Qpos[0]));
    }
    double tilt = Math.Abs(data.Qpos[1]);
    Console.WriteLine(
        $"MuJoCo {MujocoLibrary.Version}: after {data.Time:F1} s the pole is {tilt:F4} rad from upright; "
        + $"the cart moved at most {furthest:F2} m from where it started.");
    return tilt < 0.01 && !data.Warnings.Any ? 0 : 1;
}
catch (MujocoException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// state: positions, then velocities
static double[] State(MjData data) => [.. data.Qpos, .. data.Qvel];

// the state after one step from the upright state, after moving one component of the state, or the control (the last
// entry)
static double[] Next(MjData data, int entry, double move)
{
    int n = data.Model.Nq + data.Model.Nv;
    data.Reset();
    if (entry < data.Model.Nq)
        data.Qpos[entry] = move;
    else if (entry < n)
        data.Qvel[entry - data.Model.Nq] = move;
    else
        data.Ctrl[0] = move;
    data.Step();
    return State(data);
}

// the gain of the regulator, by iterating the Riccati equation
static double[] Regulator(MjData data)
{
    const double Move = 1e-6;
    int n = data.Model.Nq + data.Model.Nv;
    double[] Column(int j) =>
        [.. Next(data, j, Move).Zip(Next(data, j, -Move), (above, below) => (above - below) / (2 * Move))];
    double[][] columns = [.. Enumerable.Range(0, n + 1).Select(Column)];
    double A(int i, int j) => columns[j][i];
    double B(int i) => columns[n][i];

    double[] cost = [1, 10, 0.1, 0.1], gain = new double[n];
    var value = new double[n, n];
    for (int sweep = 0; sweep < 2000; sweep++)
    {
        double Sum(Func<int, double> term) => Enumerable.Range(0, n).Sum(term);
        double VA(int i, int j) => Sum(k => value[i, k] * A(k, j));
        double curvature = 0.1 + Sum(i => B(i) * Sum(k => value[i, k] * B(k)));
        gain = [.. Enumerable.Range(0, n).Select(j => Sum(i => B(i) * VA(i, j)) / curvature)];
        var next = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double stage = i == j ? cost[i] : 0;
                next[i, j] = stage + Sum(k => A(k, i) * VA(k, j)) - (gain[i] * curvature * gain[j]);
            }
        }
        value = next;
    }
    return gain;
}
