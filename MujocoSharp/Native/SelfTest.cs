using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>
/// Checks that the layout fits the loaded library: compiles and steps a small model, and compares what is read with
/// known values.
/// </summary>
internal static class SelfTest
{
    // sizes and values are chosen so that no two fields have the same
    private const string Model =
        """
        <mujoco>
          <compiler angle="radian"/>
          <option timestep="0.0078125" integrator="RK4" solver="CG" iterations="37" gravity="0.5 -0.25 -8.5"/>
          <size njmax="50" nconmax="10" nstack="20000"/>
          <worldbody>
            <geom name="floor" type="plane" size="5 5 0.1"/>
            <body name="ball" pos="0.125 0.25 0.4375">
              <freejoint name="free"/>
              <geom name="sphere" type="sphere" size="0.5" mass="3.5"/>
              <body name="arm" pos="0 0 1.5">
                <joint name="hinge" type="hinge" axis="0 1 0" range="-0.75 1.25" limited="true"/>
                <geom name="rod" type="capsule" fromto="0 0 0 0 0 0.5" size="0.0625" mass="1.75"/>
                <site name="tip" pos="0 0 0.625"/>
              </body>
            </body>
          </worldbody>
          <actuator>
            <motor name="motor" joint="hinge" gear="17" ctrlrange="-0.375 0.875" ctrllimited="true"/>
            <general name="filter" joint="hinge" dyntype="filter" dynprm="0.5"/>
          </actuator>
          <sensor><jointpos joint="hinge"/><framepos objtype="site" objname="tip"/></sensor>
          <keyframe><key name="bent" qpos="0 0 3 1 0 0 0 0.625" time="1.5"/></keyframe>
        </mujoco>
        """;

    /// <summary>Runs the test.</summary>
    /// <exception cref="MujocoException">A field is not where the layout says.</exception>
    public static void Run(LoadedLibrary library)
    {
        try
        {
            Compare(library);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or IndexOutOfRangeException
            or OverflowException or MujocoException { Kind: not MujocoError.Version })
        {
            throw new MujocoException(
                MujocoError.Version,
                $"{library.Path} says it is MuJoCo {library.Version} but fails a small test: {e.Message} "
                + "Use a release build.",
                e);
        }
    }

    private static void Compare(LoadedLibrary library)
    {
        int numberSize = library.Layout.Constant("sizeof.mjtNum");
        if (numberSize != sizeof(double)) Fail(library, "numbers in double precision", numberSize);
        using var model = ModelLoader.FromXml(library, Model, new());
        Expect(library, "nq", model.Nq, 8);
        Expect(library, "nv", model.Nv, 7);
        Expect(library, "nu", model.Nu, 2);
        Expect(library, "na", model.Na, 1);
        Expect(library, "nbody", model.NBody, 3);
        Expect(library, "ngeom", model.NGeom, 3);
        Expect(library, "nsensordata", model.NSensorData, 4);
        Expect(library, "nkey", model.NKey, 1);
        Expect(library, "timestep", model.Timestep, 0.0078125);
        Expect(library, "integrator", (int)model.Integrator, (int)MjIntegrator.Rk4);
        Expect(library, "solver", (int)model.Solver, (int)MjSolver.Cg);
        Expect(library, "iterations", model.SolverIterations, 37);
        Expect(library, "gravity", model.Gravity[2], -8.5);
        Expect(library, "body_mass", model.BodyMass[1], 3.5);
        Expect(library, "jnt_range", model.JointRange[3], 1.25);
        Expect(library, "jnt_qposadr", model.JointQposAdr[1], 7);
        Expect(library, "actuator_ctrlrange", model.ActuatorCtrlRange[1], 0.875);
        Expect(library, "actuator_gear", model.ActuatorGear[0], 17);
        Expect(library, "key_qpos", model.KeyQpos[7], 0.625);
        Expect(library, "joint id", model.Id(MjObject.Joint, "hinge"), 1);
        Expect(library, "sensor_adr", model.SensorAdr[1], 1);

        using var data = new MjData(model);
        data.ResetToKeyframe(0);
        Expect(library, "time", data.Time, 1.5);
        Expect(library, "keyframe qpos", data.Qpos[7], 0.625);
        data.Reset();
        data.Forward();
        Expect(library, "ncon", data.ContactCount, 1);
        Expect(library, "contact geom", data.Contact(0).Geom2, model.Id(MjObject.Geom, "sphere"));
        Expect(library, "contact dist", data.Contact(0).Distance, -0.0625);
        Expect(library, "sensordata", data.SensorData[3], 2.5625);
        Expect(library, "site_xpos", data.SiteXpos[2], 2.5625);
        Expect(library, "xpos", data.XPos[8], 1.9375);
        Expect(library, "xquat", data.XQuat[8], 1);
        data.Ctrl[0] = 0.5;
        data.Forward();
        Expect(library, "qfrc_actuator", data.QfrcActuator[6], 8.5);
        data.Qvel[0] = double.NaN;
        data.Step();
        Expect(library, "warning", data.Warnings.BadQvel, 1);
        Expect(library, "time after a step", data.Time, 0.0078125);
    }

    private static void Expect(LoadedLibrary library, string what, double actual, double expected)
    {
        if (actual != expected) Fail(library, $"{what} = {expected.ToString(CultureInfo.InvariantCulture)}", actual);
    }

    private static void Fail(LoadedLibrary library, string expected, double actual) => throw new MujocoException(
        MujocoError.Version,
        $"{library.Path} says it is MuJoCo {library.Version} but its memory is laid out differently: "
        + $"expected {expected}, found {actual.ToString(CultureInfo.InvariantCulture)}. Use a release build.");
}
