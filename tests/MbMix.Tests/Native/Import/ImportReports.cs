using System.Text;
using System.Text.RegularExpressions;
using MbMix.Sim.Native;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging;

namespace MbMix.Tests.Unit;

/// <summary>What an MJCF file has that is not simulated is named; what is wrong with one is said in one line.</summary>
public sealed class ImportReports
{
    private const string Robot = """
        <mujoco>
          <default><geom contype="1" conaffinity="1"/></default>
          <worldbody>
            <geom type="plane" size="1 1 1"/>
            <body name="a" pos="0 0 1">
              <joint name="j" axis="0 1 0"/>
              <geom name="ball" size="0.1"/>
              <body name="b" pos="0.5 0 0">
                <joint name="k" axis="0 1 0"/>
                <geom name="rod" type="capsule" size="0.05 0.1"/>
              </body>
            </body>
          </worldbody>
          <actuator><motor name="m" joint="j" ctrlrange="-1 1"/></actuator>
        </mujoco>
        """;

    [Theory]
    [InlineData("</mujoco>", "<equality><joint name='loop' joint1='j' joint2='k'/></equality></mujoco>", "equality joint 'loop' (line 15)")]
    [InlineData("</mujoco>", "<tendon><fixed name='t' stiffness='3'><joint joint='j' coef='1'/></fixed></tendon></mujoco>", "tendon with forces 't' (line 15)")]
    [InlineData("<joint name=\"k\"", "<geom name='hull' type='mesh' mesh='x'/><joint name=\"k\"", "mesh that has mass 'hull' (line 9)")]
    [InlineData("<motor", "<muscle name='biceps' joint='k'/><motor", "muscle actuator 'biceps' (line 14)")]
    [InlineData("<motor", "<position name='p' joint='k' timeconst='1'/><motor", "filtered servo 'p' (line 14)")]
    [InlineData("<motor", "<motor name='q' tendon='t'/><motor", "actuator with a tendon 'q' (line 14)")]
    [InlineData("<motor", "<general name='g' joint='k' dyntype='filter'/><motor", "actuator with an activation 'g' (line 14)")]
    [InlineData("type=\"plane\"", "type=\"plane\" name='slope' euler='0 5 0'", "tilted plane 'slope' (line 4)")]
    [InlineData("<worldbody>", "<option density='1.2'/><worldbody>", "fluid (density or viscosity) (line 3)")]
    [InlineData("name=\"b\"", "name=\"b\" gravcomp='1'", "gravity compensation of body 'b' (line 8)")]
    [InlineData("<body name=\"b\"", "<composite type='cable'/><composite type='cable'/><body name=\"b\"", "composite, 2 times, first (line 8)")]
    [InlineData("</mujoco>", "<deformable><flex name='f'/></deformable></mujoco>", "deformable (line 15)")]
    public void What_changes_the_motion_is_refused_by_name(string old, string changed, string named)
    {
        string xml = Robot.Replace(old, changed, StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => ImportedEnvs.Equations(xml));
        Assert.StartsWith("native/robot-v1 cannot simulate robot.xml: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Use MuJoCo for it (--simulator mujoco).", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name=\"k\"", "name=\"k\" frictionloss='0.1'", "friction loss of joint 'k' (line 9)")]
    [InlineData("</mujoco>", "<sensor><gyro name='s' site='x'/><gyro name='t' site='x'/></sensor></mujoco>", "sensor gyro, 2 times, first 's' (line 15)")]
    [InlineData("type=\"capsule\"", "type=\"cylinder\"", "ground contact of a cylinder 'rod' (line 10)")]
    [InlineData("<body name=\"a\"", "<geom name='step' type='box' size='1 1 1'/><body name=\"a\"", "contact with shapes of the world, 2 times, first 'ball' (line 7)")]
    [InlineData("</worldbody>", "<body name='c'><joint/><geom name='other' size='0.1'/></body></worldbody>", "contact between bodies, 2 times, first 'ball' (line 7)")]
    [InlineData("</mujoco>", "<tendon><spatial name='t'/></tendon></mujoco>", "tendon 't' (line 15)")]
    public void What_is_missing_is_logged_once_by_name(string old, string changed, string named)
    {
        var log = new Lines();
        ImportedEnvs.Equations(Robot.Replace(old, changed, StringComparison.Ordinal), logger: log);
        string line = Assert.Single(log);
        Assert.StartsWith("robot.xml: not simulated: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_logged_where_nothing_is_missing()
    {
        var log = new Lines();
        ImportedEnvs.Equations(Robot, logger: log);
        Assert.Empty(log);
        var excluded = Robot.Replace("</mujoco>", "<contact><exclude body1='c' body2='a'/><exclude body1='b' body2='c'/></contact></mujoco>", StringComparison.Ordinal)
            .Replace("</worldbody>", "<body name='c'><joint/><geom size='0.1'/></body></worldbody>", StringComparison.Ordinal);
        ImportedEnvs.Equations(excluded, logger: log);
        Assert.Empty(log);
    }

    [Theory]
    [InlineData("<worldbody>", "<worldbody", "robot.xml, line 4: this is not XML: ")]
    [InlineData("<mujoco>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><mujoco>", "this is not XML: ")]
    [InlineData("<mujoco>", "<robot/><mujoco>", "robot.xml, line 1: ")]
    [InlineData("axis=\"0 1 0\"", "axis=\"0 1\"", "robot.xml, line 6: joint 'j': axis has 2 values; 3 are expected.")]
    [InlineData("axis=\"0 1 0\"", "axis=\"0 1 up\"", "joint 'j': axis: 'up' is not a number.")]
    [InlineData("axis=\"0 1 0\"", "axis=\"0 0 0\"", "joint 'j': axis is zero.")]
    [InlineData("axis=\"0 1 0\"", "axis=\"0 NaN 0\"", "joint 'j': axis: 'NaN' is not a number.")]
    [InlineData("axis=\"0 1 0\"", "dampng=\"3\"", "joint 'j': the attribute 'dampng' is unknown.")]
    [InlineData("axis=\"0 1 0\"", "damping=\"-3\"", "joint 'j': damping is negative.")]
    [InlineData("axis=\"0 1 0\"", "type=\"screw\"", "joint 'j': type is 'screw'; expected is one of hinge, slide, ball, free.")]
    [InlineData("axis=\"0 1 0\"", "range=\"2 1\"", "joint 'j': range must go from low to high.")]
    [InlineData("axis=\"0 1 0\"", "limited=\"true\"", "joint 'j': limited needs a range.")]
    [InlineData("axis=\"0 1 0\"", "class=\"fast\"", "joint 'j': there is no default class 'fast'.")]
    [InlineData("name=\"k\"", "name=\"j\"", "line 9: joint 'j': there already is a joint 'j'.")]
    [InlineData("<joint name=\"k\" axis=\"0 1 0\"/>", "<freejoint/>", "freejoint: a free joint must be the only joint of a body in the world.")]
    [InlineData("size=\"0.1\"", "size=\"0\"", "geom 'ball': size of a sphere must be 1 positive numbers.")]
    [InlineData("<body name=\"a\"", "<bdy/><body name=\"a\"", "bdy: there is no such element in a body.")]
    [InlineData("</mujoco>", "<sensors/></mujoco>", "sensors: there is no such section in a model.")]
    [InlineData("joint=\"j\"", "joint=\"x\"", "motor 'm': there is no joint 'x'.")]
    [InlineData("joint=\"j\"", "", "motor 'm': it drives nothing: give it a joint.")]
    [InlineData("<worldbody>", "<include file='other.xml'/><worldbody>", "there is no such file.")]
    [InlineData("<worldbody>", "<include file='../no-such-folder/other.xml'/><worldbody>", "cannot be read: there is no such ")]
    [InlineData("<worldbody>", "<include file='..'/><worldbody>", "included on line 3, cannot be read: ")]
    [InlineData("<worldbody>", "<include file='/dev/null'/><worldbody>", "'/dev/null' is an absolute path; give one that starts at the folder of the model.")]
    [InlineData("<worldbody>", "<include file='robot.xml'/><worldbody>", "'robot.xml' is included twice.")]
    [InlineData("<worldbody>", "<compiler coordinate='global'/><worldbody>", "global coordinates are not supported")]
    [InlineData("<geom name=\"rod\" type=\"capsule\" size=\"0.05 0.1\"/>", "", "the joint 'k' moves nothing that has mass")]
    [InlineData("<motor name=\"m\" joint=\"j\" ctrlrange=\"-1 1\"/>", "", "has no actuator, so there is nothing to learn")]
    [InlineData(" ctrlrange=\"-1 1\"", "", "the actuator 'm' has no ctrlrange")]
    [InlineData("</mujoco>", "<keyframe><key qpos='1 2 3'/></keyframe></mujoco>", "key: qpos has 3 values; 2 are expected.")]
    public void What_is_wrong_is_said_in_one_line(string old, string changed, string said)
    {
        string xml = Robot.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(Robot, xml);
        var error = Assert.Throws<ConfigurationException>(() => ImportedEnvs.Equations(xml));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_robot_is_needed()
    {
        var error = Assert.Throws<ConfigurationException>(() => ImportedEnvs.Equations(Robot, o => o.File = ""));
        Assert.Equal("native/robot-v1 needs a robot: give the path of an MJCF file, such as --set env.file=my-robot.xml.", error.Message);
        error = Assert.Throws<ConfigurationException>(() => ImportedEnvs.Equations(Robot, o => o.File += "x"));
        Assert.Contains("There is no file ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_and_endless_files_are_refused()
    {
        string deep = "<mujoco>" + string.Concat(Enumerable.Repeat("<worldbody>", 100_000));
        Assert.Contains("nested more than", Assert.Throws<ConfigurationException>(() => MjcfImporter.FromText(deep, "deep")).Message, StringComparison.Ordinal);
        string wide = "<mujoco>" + string.Concat(Enumerable.Repeat("<size/>", 200_000)) + "</mujoco>";
        Assert.Contains("more than 100000 elements", Assert.Throws<ConfigurationException>(() => MjcfImporter.FromText(wide, "wide")).Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever happens to a file, it is imported or refused.</summary>
    [Theory]
    [InlineData("quadruped")]
    [InlineData("arm")]
    [InlineData("classes")]
    [InlineData("drone")]
    public void Damaged_files_get_one_line(string name)
    {
        string xml = ImportedModels.Text(name);
        var random = new Random(7);
        string[] values = ["", "0", "-1", "1e9", "1e-300", "1 2", "1 2 3", "0 0 0 0", "true", "auto", "free", "ball", "mesh", "plane", "world", "a", "j"];
        string[] scraps = ["\"", "<", "/>", "-", "1e9", "NaN", " ", "0", "<body>", "class=\"a\"", "&#0;", "type=\"free\"", "joint", "\u2028", "1e-300"];
        int imported = 0, refused = 0;
        for (int round = 0; round < 400; round++)
        {
            var text = new StringBuilder(xml);
            // every second file stays well-formed
            for (int edits = random.Next(1, 4); edits > 0 && round % 2 == 0; edits--)
            {
                var all = Regex.Matches(text.ToString(), "(?<=\")[^\"<>=]*(?=\")");
                var value = all[random.Next(all.Count)];
                text.Remove(value.Index, value.Length).Insert(value.Index, values[random.Next(values.Length)]);
            }
            for (int edits = random.Next(1, 4); edits > 0 && round % 2 == 1; edits--)
            {
                int at = random.Next(text.Length), length = Math.Min(random.Next(6), text.Length - at);
                text.Remove(at, length).Insert(at, scraps[random.Next(scraps.Length)]);
            }
            try
            {
                var robot = MjcfImporter.FromText(text.ToString(), "damaged.xml");
                robot.Report.ThrowIfRefused("test", "damaged.xml");
                Compliance.Choose(robot, robot.StartPositions, 1e-3, new(0, 0, 0, 0));
                imported++;
            }
            catch (MbMixException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{imported} imported, {refused} refused");
        Assert.True(imported > 0 && refused > 100);
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
