namespace MujocoSharp.Native;

/// <summary>
/// The model of the self-test. Sizes and values are such that no two fields have the same; the last object of each kind
/// has the kind's name.
/// </summary>
internal static class SelfTestModel
{
    public const string Text =
        """
        <mujoco>
          <compiler angle="radian" autolimits="false"/>
          <option timestep="0.0078125" integrator="RK4" solver="CG" iterations="37" tolerance="0.0009765625"
                  gravity="0.5 -0.25 -8.5" wind="0.0625 0.125 0.375" magnetic="0.75 -0.5 -0.625" impratio="1.75"
                  density="0.03125" viscosity="0.015625" cone="pyramidal" jacobian="sparse">
            <flag energy="enable" fwdinv="enable" filterparent="disable" refsafe="disable"/>
          </option>
          <size njmax="90" nconmax="20" nstack="30000" nuserdata="5"/>
          <custom>
            <numeric name="numeric" data="0.5"/>
            <text name="text0" data="a"/><text name="text" data="b"/>
            <tuple name="tuple0"><element objtype="body" objname="ball"/></tuple>
            <tuple name="tuple1"><element objtype="body" objname="arm"/></tuple>
            <tuple name="tuple"><element objtype="body" objname="post"/></tuple>
          </custom>
          <asset>
            <mesh name="mesh" vertex="0 0 0 1 0 0 0 1 0 0 0 1"/>
            <hfield name="hfield0" nrow="2" ncol="2" size="1 1 1 1"/>
            <hfield name="hfield" nrow="2" ncol="3" size="1 1 1 1"/>
            <texture name="texture0" type="2d" builtin="flat" width="2" height="2"/>
            <texture name="texture1" type="2d" builtin="flat" width="2" height="2"/>
            <texture name="texture" type="2d" builtin="flat" width="2" height="2"/>
            <material name="material0"/><material name="material1"/><material name="material2"/>
            <material name="material" texture="texture"/>
          </asset>
          <worldbody>
            <light name="light0"/><light name="light1"/><light name="light2"/><light name="light3"/><light name="light"/>
            <camera name="camera0"/><camera name="camera1"/><camera name="camera"/>
            <geom name="floor" type="plane" size="5 5 0.1"/>
            <body name="ball" pos="0.125 0.25 0.4375">
              <freejoint name="free"/>
              <inertial pos="0 0 0" mass="3.5" diaginertia="0.4375 0.375 0.3125"/>
              <geom name="sphere" type="sphere" size="0.5" friction="0.875 0.0078125 0.00390625"/>
              <site name="site0" pos="0 0 0.25"/>
              <body name="arm" pos="0 0 1.5">
                <joint name="joint" type="hinge" axis="0 1 0" range="-0.75 1.25" limited="true" stiffness="2.75"
                       damping="0.6875" armature="0.0546875" springref="0.15625" frictionloss="0.001"/>
                <inertial pos="0 0 0.25" mass="1.75" diaginertia="0.21875 0.203125 0.1875"/>
                <geom name="rod" type="capsule" size="0.0625 0.25" pos="0 0 0.25" contype="0" conaffinity="0"/>
                <site name="site" pos="0 0 0.625"/>
              </body>
            </body>
            <body name="post" pos="30 0 20">
              <inertial pos="0 0 0" mass="0.75" diaginertia="0.125 0.125 0.125"/>
              <geom name="box" type="box" size="0.1875 0.15625 0.140625"/>
            </body>
            <body name="ghost" mocap="true" pos="-30 2 20"/>
            <body name="body" mocap="true" pos="-31 3 21">
              <geom name="geom" type="mesh" mesh="mesh" contype="0" conaffinity="0"/>
            </body>
          </worldbody>
          <contact>
            <pair name="pair" geom1="box" geom2="rod"/>
            <exclude name="exclude0" body1="ball" body2="post"/><exclude name="exclude" body1="arm" body2="post"/>
          </contact>
          <equality>
            <joint name="equality0" joint1="joint" polycoef="0.0625 1 2 3 4" active="false"/>
            <joint name="equality" joint1="joint" polycoef="0 0 0.28125 0 0" active="true"/>
          </equality>
          <tendon>
            <fixed name="tendon" limited="true" range="-7.5 8.25"><joint joint="joint" coef="3.25"/></fixed>
          </tendon>
          <actuator>
            <motor name="motor" joint="joint" gear="17" ctrlrange="-0.375 0.875" ctrllimited="true"
                   forcerange="-2.25 2.375" forcelimited="false"/>
            <position name="servo" tendon="tendon" kp="0.1875" forcelimited="true" forcerange="-9 9"/>
            <general name="actuator" joint="joint" dyntype="filter" dynprm="0.5"/>
          </actuator>
          <sensor>
            <jointpos name="sensor0" joint="joint"/><framepos name="sensor1" objtype="site" objname="site"/>
            <gyro name="sensor2" site="site0"/>
            <jointvel name="sensor" joint="joint"/>
          </sensor>
          <keyframe>
            <key name="key0"/>
            <key name="key" qpos="0 0 3 1 0 0 0 0.625" qvel="0.1 0.2 0.3 0.4 0.5 0.6 0.7" time="1.5" act="0.84375"
                 ctrl="0.25 0.3125 0.34375"/>
          </keyframe>
        </mujoco>
        """;
}
