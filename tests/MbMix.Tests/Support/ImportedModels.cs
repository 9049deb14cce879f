namespace MbMix.Tests.Support;

/// <summary>Robots written for the tests of the importer. Without contacts and limits, they are pure rigid-body dynamics.</summary>
internal static class ImportedModels
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        // several joints per body, offsets of anchors, references, springs with a rest, degrees
        ["arm"] = """
            <mujoco model="arm">
              <compiler angle="degree" eulerseq="zyx"/>
              <option timestep="0.002"/>
              <default>
                <joint damping="0.3" armature="0.02" limited="false"/>
                <geom density="800"/>
                <default class="link"><geom type="capsule" size="0.04"/><joint damping="0.1"/></default>
              </default>
              <worldbody>
                <geom type="box" size="0.2 0.2 0.1" pos="1 0 0.1"/>
                <body name="base" pos="0.1 0.2 0.5" euler="10 20 30">
                  <inertial pos="0.01 0.02 -0.03" mass="2.5" fullinertia="0.03 0.04 0.05 0.002 -0.003 0.001"/>
                  <joint name="lift" type="slide" axis="0.1 0 1" ref="0.2" springref="0.1" stiffness="30"/>
                  <joint name="yaw" axis="0 0 1" pos="0.05 0 0" ref="15"/>
                  <joint name="pitch" axis="0 1 0.2" pos="0 0.03 0.1" springref="-20" stiffness="4" class="link"/>
                  <site name="base site" pos="0.1 0.1 0.1" axisangle="1 0 0 40"/>
                  <body name="upper" pos="0.2 0 0.3" axisangle="1 1 0 35" childclass="link">
                    <joint name="elbow" axis="1 0 0" pos="-0.05 0.02 0"/>
                    <geom fromto="0 0 0 0.3 0.1 0.2"/>
                    <geom type="box" size="0.05 0.03 0.02" pos="0.3 0.1 0.2" quat="0.9 0.1 0.2 0.3" mass="0.7"/>
                    <body name="welded" pos="0.1 0 0.1" xyaxes="0 1 0 -1 0.2 0">
                      <geom type="cylinder" size="0.05 0.1"/>
                      <geom type="ellipsoid" size="0.05 0.1 0.07" pos="0 0 0.1" zaxis="1 1 1"/>
                      <site name="tip" pos="0 0 0.2"/>
                      <body name="hand" pos="0 0 0.2">
                        <joint name="wrist" axis="0 1 0"/>
                        <geom type="sphere" size="0.06" pos="0.1 0 0"/>
                      </body>
                    </body>
                  </body>
                </body>
              </worldbody>
              <actuator>
                <motor name="lift" joint="lift" gear="20" ctrllimited="true" ctrlrange="-1 1"/>
                <motor name="yaw" joint="yaw" gear="5" ctrllimited="true" ctrlrange="-1 1"/>
                <position name="elbow" joint="elbow" kp="12" gear="1.5" ctrllimited="true" ctrlrange="-1 1"/>
                <velocity name="wrist" joint="wrist" kv="0.6" ctrllimited="true" ctrlrange="-2 2"/>
                <general name="pitch" joint="pitch" gainprm="3" biastype="affine" biasprm="0.5 -3 -0.2"
                         ctrllimited="true" ctrlrange="-1 1" forcelimited="true" forcerange="-2 2"/>
              </actuator>
            </mujoco>
            """,
        // a free body with a sensor of everything that a task may read
        ["quadruped"] = """
            <mujoco model="quadruped">
              <compiler angle="radian"/>
              <option timestep="0.004"/>
              <default>
                <joint damping="0.2" armature="0.005" limited="true"/>
                <geom type="capsule" size="0.02" density="700" friction="0.9 0.005 0.0001" contype="1" conaffinity="0"/>
                <motor ctrllimited="true" ctrlrange="-1 1" gear="12"/>
                <default class="hip"><joint axis="0 1 0" range="-1 1"/></default>
                <default class="knee"><joint axis="0 1 0" range="-2 -0.2"/></default>
              </default>
              <worldbody>
                <geom name="floor" type="plane" size="10 10 1" pos="0 0 0" contype="0" conaffinity="1" friction="0.8"/>
                <body name="trunk" pos="0 0 0.32">
                  <freejoint name="root"/>
                  <geom type="box" size="0.2 0.1 0.05" mass="4"/>
                  <site name="imu" pos="0.05 0 0.05"/>
                  <body name="fl thigh" pos="0.18 0.1 0">
                    <joint name="fl hip" class="hip"/>
                    <geom fromto="0 0 0 0 0 -0.16"/>
                    <body name="fl shin" pos="0 0 -0.16">
                      <joint name="fl knee" class="knee"/>
                      <geom fromto="0 0 0 0 0 -0.16"/>
                      <geom name="fl foot" type="sphere" size="0.025" pos="0 0 -0.16"/>
                    </body>
                  </body>
                  <body name="fr thigh" pos="0.18 -0.1 0">
                    <joint name="fr hip" class="hip"/>
                    <geom fromto="0 0 0 0 0 -0.16"/>
                    <body name="fr shin" pos="0 0 -0.16">
                      <joint name="fr knee" class="knee"/>
                      <geom fromto="0 0 0 0 0 -0.16"/>
                      <geom name="fr foot" type="sphere" size="0.025" pos="0 0 -0.16"/>
                    </body>
                  </body>
                  <body name="hl thigh" pos="-0.18 0.1 0">
                    <joint name="hl hip" class="hip"/>
                    <geom fromto="0 0 0 0 0 -0.16"/>
                    <body name="hl shin" pos="0 0 -0.16">
                      <joint name="hl knee" class="knee"/>
                      <geom fromto="0 0 0 0 0 -0.16"/>
                      <geom name="hl foot" type="sphere" size="0.025" pos="0 0 -0.16"/>
                    </body>
                  </body>
                  <body name="hr thigh" pos="-0.18 -0.1 0">
                    <joint name="hr hip" class="hip"/>
                    <geom fromto="0 0 0 0 0 -0.16"/>
                    <body name="hr shin" pos="0 0 -0.16">
                      <joint name="hr knee" class="knee"/>
                      <geom fromto="0 0 0 0 0 -0.16"/>
                      <geom name="hr foot" type="sphere" size="0.025" pos="0 0 -0.16"/>
                    </body>
                  </body>
                </body>
              </worldbody>
              <actuator>
                <motor name="fl hip" joint="fl hip"/> <motor name="fl knee" joint="fl knee"/>
                <motor name="fr hip" joint="fr hip"/> <motor name="fr knee" joint="fr knee"/>
                <motor name="hl hip" joint="hl hip"/> <motor name="hl knee" joint="hl knee"/>
                <motor name="hr hip" joint="hr hip"/> <motor name="hr knee" joint="hr knee"/>
              </actuator>
              <keyframe>
                <key name="stand" qpos="0 0 0.285 1 0 0 0 0.6 -1.2 0.6 -1.2 0.6 -1.2 0.6 -1.2"/>
              </keyframe>
            </mujoco>
            """,
        // ball joints with springs, motors of all three axes, in both frames
        ["balls"] = """
            <mujoco model="balls">
              <compiler angle="radian"/>
              <default><joint limited="false"/><geom density="500"/></default>
              <worldbody>
                <body name="ceiling" pos="0 0 2">
                  <body name="rod" pos="0.1 0 0" euler="0.3 -0.2 0.5">
                    <joint name="shoulder" type="ball" pos="0 0 0.1" damping="0.2" armature="0.03" stiffness="2.5"/>
                    <geom type="capsule" fromto="0 0 0 0.05 0.1 -0.5" size="0.05"/>
                    <site name="end" pos="0.05 0.1 -0.5"/>
                    <body name="weight" pos="0.05 0.1 -0.5" quat="0.8 0 0.6 0">
                      <joint name="slide" type="slide" axis="1 0 0" stiffness="50" damping="1"/>
                      <joint name="swivel" type="ball" damping="0.05"/>
                      <geom type="box" size="0.1 0.05 0.08" pos="0.1 0 0"/>
                    </body>
                  </body>
                </body>
              </worldbody>
              <actuator>
                <motor name="x" joint="shoulder" gear="3 0 0" ctrllimited="true" ctrlrange="-1 1"/>
                <motor name="yz" joint="shoulder" gear="0 2 1" ctrllimited="true" ctrlrange="-1 1"/>
                <motor name="parent" jointinparent="swivel" gear="0.2 0 0.4" ctrllimited="true" ctrlrange="-1 1"/>
                <position name="hold" joint="swivel" kp="0.8" gear="0 1 0" ctrllimited="true" ctrlrange="-1 1"/>
                <motor name="slide" joint="slide" ctrllimited="true" ctrlrange="-5 5"/>
              </actuator>
            </mujoco>
            """,
        // thrusters at sites, a free joint with damping and armature, an off-center inertia
        ["drone"] = """
            <mujoco model="drone">
              <option gravity="0.3 -0.2 -9.7"/>
              <worldbody>
                <body name="frame" pos="0.3 0 1" euler="5 10 15">
                  <joint name="root" type="free" damping="0.1" armature="0.04" stiffness="0.7"/>
                  <inertial pos="0.01 -0.02 0.03" quat="0.9 0.1 -0.2 0.3" mass="0.8" diaginertia="0.006 0.007 0.01"/>
                  <site name="left" pos="0.1 0.1 0.02" euler="5 0 0"/>
                  <site name="right" pos="0.1 -0.1 0.02"/>
                  <site name="back" pos="-0.15 0 0.02" zaxis="0.1 0 1"/>
                  <body name="pendulum" pos="0 0 -0.05">
                    <joint name="swing" axis="0.2 1 0"/>
                    <geom type="capsule" fromto="0 0 0 0 0 -0.3" size="0.01"/>
                  </body>
                </body>
              </worldbody>
              <actuator>
                <motor name="left" site="left" gear="0 0 1 0 0 0.02" ctrllimited="true" ctrlrange="0 6"/>
                <motor name="right" site="right" gear="0 0 1 0 0 -0.02" ctrllimited="true" ctrlrange="0 6"/>
                <motor name="back" site="back" gear="0.1 0 1 0 0.01 0.02" ctrllimited="true" ctrlrange="0 6"/>
              </actuator>
            </mujoco>
            """,
        // nested classes, a total mass, extrinsic angles, two robots in one world
        ["classes"] = """
            <mujoco model="classes">
              <compiler angle="radian" eulerseq="XYZ" settotalmass="9" inertiafromgeom="true" boundmass="0.1" boundinertia="0.002"/>
              <default>
                <geom type="box" size="0.1 0.2 0.3" density="300"/>
                <joint type="hinge" axis="0 1 0" damping="1" limited="false"/>
                <general gear="2" ctrllimited="true" ctrlrange="-1 1"/>
                <default class="a">
                  <geom size="0.05"/>
                  <default class="b"><geom type="sphere"/><joint axis="1 0 0" stiffness="3" springref="0.2"/></default>
                </default>
                <default class="c"><joint type="slide" damping="2"/><geom type="capsule" size="0.04 0.15"/></default>
              </default>
              <worldbody>
                <body pos="0 0 1" euler="0.3 0.4 0.5">
                  <joint name="first"/>
                  <geom/>
                  <body pos="0.1 0.2 0.3" childclass="a">
                    <joint pos="0.1 0 0"/>
                    <geom euler="0.1 0.2 0.3"/>
                    <body pos="0 0.2 0">
                      <joint class="b"/>
                      <geom class="b" pos="0.1 0.1 0.1"/>
                      <body pos="0 0 0.3" childclass="c">
                        <joint axis="1 1 0"/>
                        <inertial mass="77" pos="1 2 3" diaginertia="1 1 1"/>
                        <geom pos="0 0.1 0"/>
                      </body>
                    </body>
                  </body>
                </body>
                <body pos="2 0 1"><freejoint/><geom class="c"/><body pos="0 0 0.2"><joint class="b"/><geom class="b" size="0.001"/></body></body>
              </worldbody>
              <actuator><motor joint="first"/></actuator>
            </mujoco>
            """,
        // sliders and a hinge carry a planar robot, as many robots of other suites do
        ["planar"] = """
            <mujoco model="planar">
              <compiler angle="degree"/>
              <default><joint limited="false" damping="0.5" armature="0.1"/><geom type="capsule" size="0.05" density="1000" contype="1" conaffinity="1" friction="0.9"/></default>
              <worldbody>
                <geom name="floor" type="plane" size="40 40 1" pos="0 0 -0.1" conaffinity="1"/>
                <body name="torso" pos="0 0 1.25">
                  <joint name="x" type="slide" axis="1 0 0" damping="0" armature="0"/>
                  <joint name="z" type="slide" axis="0 0 1" damping="0" armature="0" ref="1.25"/>
                  <joint name="pitch" axis="0 1 0" damping="0" armature="0"/>
                  <geom fromto="0 0 0.2 0 0 -0.2"/>
                  <body name="thigh" pos="0 0 -0.2">
                    <joint name="hip" axis="0 -1 0"/>
                    <geom fromto="0 0 0 0 0 -0.45"/>
                    <body name="leg" pos="0 0 -0.7">
                      <joint name="knee" pos="0 0 0.25" axis="0 -1 0" range="-150 0" limited="true"/>
                      <geom fromto="0 0 0.25 0 0 -0.25"/>
                    </body>
                  </body>
                </body>
              </worldbody>
              <actuator>
                <motor name="hip" joint="hip" gear="100" ctrllimited="true" ctrlrange="-1 1"/>
                <motor name="knee" joint="knee" gear="100" ctrllimited="true" ctrlrange="-1 1"/>
              </actuator>
            </mujoco>
            """,
    };

    public static IEnumerable<string> Names => Texts.Keys;

    /// <summary>A model as it is.</summary>
    public static string Text(string name) => Texts[name];

    /// <summary>A model whose contacts and limits are switched off.</summary>
    public static string Smooth(string name) => Smoothed(Texts[name]);

    /// <summary>Switches contacts and limits off.</summary>
    public static string Smoothed(string xml)
    {
        int end = xml.LastIndexOf("</mujoco>", StringComparison.Ordinal);
        return xml[..end] + "<option><flag contact=\"disable\" limit=\"disable\" frictionloss=\"disable\"/></option></mujoco>";
    }

    /// <summary>Sensors of the velocities of all bodies with a name.</summary>
    public static string WithVelocities(string xml, IEnumerable<string> bodies)
    {
        int end = xml.LastIndexOf("</mujoco>", StringComparison.Ordinal);
        string sensors = string.Concat(bodies.Select(b =>
            $"<framelinvel objtype=\"xbody\" objname=\"{b}\"/><frameangvel objtype=\"xbody\" objname=\"{b}\"/>"));
        return xml[..end] + $"<sensor>{sensors}</sensor></mujoco>";
    }
}
