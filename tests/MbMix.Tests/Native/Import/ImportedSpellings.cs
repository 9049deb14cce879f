using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation.MuJoCo;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Different ways to write the same robot in MJCF make the same robot.</summary>
public sealed class ImportedSpellings
{
    private const string Plain = """
        <mujoco>
          <compiler angle="radian"/>
          <worldbody>
            <body name="a" pos="0.1 0.2 0.3" euler="0.1 0.2 0.3">
              <joint name="j" axis="1 0 0" range="-1 2" damping="0.5"/>
              <geom size="0.1 0.2" type="capsule" density="500"/>
              <body name="b" pos="0 0 0.4" quat="0.8 0 0.6 0">
                <joint name="k" type="slide" axis="0 0 1"/>
                <geom size="0.1" mass="2"/>
                <site name="s" pos="0.1 0 0"/>
              </body>
            </body>
          </worldbody>
          <actuator>
            <general name="p" joint="j" gainprm="20" biastype="affine" biasprm="0 -20 -3" ctrlrange="-1 1"/>
            <general name="v" joint="k" gainprm="4" biastype="affine" biasprm="0 0 -4" ctrlrange="-1 1" gear="2"/>
          </actuator>
        </mujoco>
        """;

    [Theory]
    [InlineData("angles in degrees", "angle=\"radian\"", "angle=\"degree\"", "euler=\"0.1 0.2 0.3\"", "euler=\"5.729577951308232 11.459155902616465 17.188733853924695\"", "range=\"-1 2\"", "range=\"-57.29577951308232 114.59155902616465\"")]
    [InlineData("servos", "<general name=\"p\" joint=\"j\" gainprm=\"20\" biastype=\"affine\" biasprm=\"0 -20 -3\"", "<position name='p' joint='j' kp='20' kv='3'", "<general name=\"v\" joint=\"k\" gainprm=\"4\" biastype=\"affine\" biasprm=\"0 0 -4\"", "<velocity name='v' joint='k' kv='4'")]
    [InlineData("a frame", "<geom size=\"0.1\" mass=\"2\"/>", "<frame pos='0.3 0 0' euler='0 0 1'><frame><geom size='0.1' mass='2' pos='-0.16209069176044193 0.25244129544236895 0'/></frame></frame>")]
    [InlineData("a body in frames", "<body name=\"b\" pos=\"0 0 0.4\" quat=\"0.8 0 0.6 0\">", "<frame pos='0 0 0.1' quat='0.8 0 0.6 0'><body name='b' pos='-0.288 0 0.084'>", "</body>\n    </body>", "</body></frame></body>")]
    [InlineData("defaults of classes", "<compiler", "<default><default class='x'><joint axis='1 0 0' damping='9'/><default class='y'><joint damping='0.5'/><geom type='capsule' density='500' size='7 0.2'/></default></default></default><compiler", "<joint name=\"j\" axis=\"1 0 0\" range=\"-1 2\" damping=\"0.5\"/>", "<joint name='j' class='y' range='-1 2'/>", "<geom size=\"0.1 0.2\" type=\"capsule\" density=\"500\"/>", "<geom class='y' size='0.1'/>")]
    [InlineData("an inherited range", "joint=\"j\" gainprm=\"20\" biastype=\"affine\" biasprm=\"0 -20 -3\" ctrlrange=\"-1 1\"", "joint='j' gainprm='20' biastype='affine' biasprm='0 -20 -3' ctrllimited='true' ctrlrange='-1 1'")]
    [InlineData("capsules between points", "size=\"0.1 0.2\" type=\"capsule\"", "size='0.1' type='capsule' fromto='0 0 0.2 0 0 -0.2'")]
    [InlineData("explicit inertia", "<geom size=\"0.1\" mass=\"2\"/>", "<inertial pos='0 0 0' mass='2' diaginertia='0.008 0.008 0.008'/>")]
    public void Make_the_same_robot(string what, params string[] changes)
    {
        string xml = Plain;
        for (int i = 0; i < changes.Length; i += 2)
        {
            Assert.Contains(changes[i], xml, StringComparison.Ordinal);
            xml = xml.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
        }
        Same(MjcfImporter.FromText(Plain, "plain"), MjcfImporter.FromText(xml, what));
    }

    [Theory]
    [InlineData("main.xml", "parts/body.xml")]
    [InlineData("models/main.xml", "../parts/body.xml")]
    public void Included_parts_make_the_same_robot(string main, string part)
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-robot-").FullName;
        try
        {
            foreach (string name in new[] { "parts", "models" }) Directory.CreateDirectory(Path.Combine(folder, name));
            int start = Plain.IndexOf("<worldbody>", StringComparison.Ordinal), end = Plain.IndexOf("<actuator>", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "parts", "body.xml"), $"<mujocoinclude>{Plain[start..end]}</mujocoinclude>");
            File.WriteAllText(Path.Combine(folder, main), Plain[..start] + $"<include file=\"{part}\"/>" + Plain[end..]);
            Same(MjcfImporter.FromText(Plain, "plain"), MjcfImporter.FromFile(Path.Combine(folder, main)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_has_no_name_takes_none_that_is_given_elsewhere()
    {
        string xml = Plain.Replace("<compiler", "<compiler autolimits=\"true\"", StringComparison.Ordinal)
            .Replace("joint name=\"j\"", "joint", StringComparison.Ordinal)
            .Replace("joint=\"j\"", "joint=\"joint 0\"", StringComparison.Ordinal)
            .Replace("\"k\"", "\"joint 0\"", StringComparison.Ordinal)
            .Replace("<body name=\"b\"", "<body name=\"body 1\"", StringComparison.Ordinal)
            .Replace("<body name=\"a\"", "<body", StringComparison.Ordinal)
            .Replace("general name=\"p\"", "general", StringComparison.Ordinal)
            .Replace("name=\"v\"", "name=\"actuator 0\"", StringComparison.Ordinal);
        var robot = MjcfImporter.FromText(xml, "unnamed");
        Assert.Equal(["joint 0 (unnamed)", "joint 0"], robot.Joints.Select(j => j.Name));
        Assert.Equal(["world", "body 1 (unnamed)", "body 1"], robot.Bodies.Select(b => b.Name));
        Assert.Equal(["actuator 0 (unnamed)", "actuator 0"], robot.Actuators.Select(a => a.Name));
        Assert.All(robot.Actuators, a => Assert.Equal(1, a.Joint));

        // as with MuJoCo
        using var model = MujocoSharp.MjModel.FromXml(xml);
        Assert.Equal("joint 0 (unnamed)", model.NameOf(MujocoSharp.MjObject.Joint, 0));
        Assert.Equal("body 1 (unnamed)", model.NameOf(MujocoSharp.MjObject.Body, 1));
    }

    private static void Same(ImportedRobot a, ImportedRobot b)
    {
        Assert.Empty(b.Report.Notes);
        Assert.Equal(a.Bodies.Select(x => x.Name), b.Bodies.Select(x => x.Name));
        Assert.Equal(a.Description.Links[0].Limits!, b.Description.Links[0].Limits!, (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(a.Actuators.Select(x => x.ControlRange), b.Actuators.Select(x => x.ControlRange));
        var random = new Random(1);
        for (int sample = 0; sample < 3; sample++)
        {
            double[] state = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble())], controls = [random.NextDouble(), random.NextDouble()];
            Assert.Equal(Forces(a, state, controls), Forces(b, state, controls), (x, y) => Math.Abs(x - y) < 1e-10);
        }
    }

    // bias, passive and actuator forces, and the mass matrix
    private static IEnumerable<double> Forces(ImportedRobot robot, double[] state, double[] controls)
    {
        var body = new ArticulatedBody(robot.Description);
        Real[] all = Physics.Reals(state), q = all[..2], qd = all[2..];
        var applied = new ImportedForces(robot, body).Compute<Real>(all, Physics.Reals(controls), []);
        var m = body.MassMatrix<Real>(q);
        return [.. body.JointForces<Real>(q, qd, applied, []).Select(x => x.Value), m[0, 0], m[1, 0], m[1, 1]];
    }
}
