using MujocoSharp.Native;

namespace MujocoSharp;

/// <content>The data's arrays, as views into native memory.</content>
public sealed unsafe partial class MjData
{
    private FieldArray qpos, qvel, act, ctrl, qaccWarmstart, qfrcApplied,
        xfrcApplied, mocapPos, mocapQuat, qacc, actDot, sensorData,
        energy, xPos, xQuat, xMat, xIpos, xImat,
        geomXpos, geomXmat, siteXpos, siteXmat, subtreeCom, cinert,
        actuatorLength, actuatorVelocity, cvel, qfrcBias, qfrcPassive, actuatorForce,
        qfrcActuator, qfrcConstraint, cacc, cfrcInt, cfrcExt, userData,
        tendonLength, tendonVelocity, history, pluginState;

    /// <summary>Positions [nq].</summary>
    public Span<double> Qpos => View(qpos);

    /// <summary>Velocities [nv].</summary>
    public Span<double> Qvel => View(qvel);

    /// <summary>Actuator activations [na].</summary>
    public Span<double> Act => View(act);

    /// <summary>Controls [nu].</summary>
    public Span<double> Ctrl => View(ctrl);

    /// <summary>
    /// Accelerations from which the constraint solver starts [nv]. To repeat a run exactly, restore them together with
    /// the state.
    /// </summary>
    public Span<double> QaccWarmstart => View(qaccWarmstart);

    /// <summary>Forces applied by the caller, in generalized coordinates [nv].</summary>
    public Span<double> QfrcApplied => View(qfrcApplied);

    /// <summary>Force and torque applied by the caller to each body [nbody x 6].</summary>
    public Span<double> XfrcApplied => View(xfrcApplied);

    /// <summary>Positions of the mocap bodies, whose pose is an input [m] [nmocap x 3].</summary>
    public Span<double> MocapPos => View(mocapPos);

    /// <summary>Orientations of the mocap bodies, w first [nmocap x 4].</summary>
    public Span<double> MocapQuat => View(mocapQuat);

    /// <summary>Accelerations [nv].</summary>
    public Span<double> Qacc => View(qacc);

    /// <summary>Time derivatives of the activations [na].</summary>
    public Span<double> ActDot => View(actDot);

    /// <summary>Sensor values [nsensordata].</summary>
    public Span<double> SensorData => View(sensorData);

    /// <summary>Potential and kinetic energy [J] [2]; computed only where the model enables it.</summary>
    public Span<double> Energy => View(energy);

    /// <summary>Origin of each body [m] [nbody x 3].</summary>
    public Span<double> XPos => View(xPos);

    /// <summary>Orientation of each body, w first [nbody x 4].</summary>
    public Span<double> XQuat => View(xQuat);

    /// <summary>Rotation matrix of each body, row-major [nbody x 9].</summary>
    public Span<double> XMat => View(xMat);

    /// <summary>Center of mass of each body [m] [nbody x 3].</summary>
    public Span<double> XIpos => View(xIpos);

    /// <summary>Rotation matrix of each body's inertial frame, row-major [nbody x 9].</summary>
    public Span<double> XImat => View(xImat);

    /// <summary>Position of each geom [m] [ngeom x 3].</summary>
    public Span<double> GeomXpos => View(geomXpos);

    /// <summary>Rotation matrix of each geom, row-major [ngeom x 9].</summary>
    public Span<double> GeomXmat => View(geomXmat);

    /// <summary>Position of each site [m] [nsite x 3].</summary>
    public Span<double> SiteXpos => View(siteXpos);

    /// <summary>Rotation matrix of each site, row-major [nsite x 9].</summary>
    public Span<double> SiteXmat => View(siteXmat);

    /// <summary>Center of mass of each body together with its descendants [m] [nbody x 3].</summary>
    public Span<double> SubtreeCom => View(subtreeCom);

    /// <summary>Inertia and mass of each body, about the center of mass of its kinematic tree [nbody x 10].</summary>
    public Span<double> Cinert => View(cinert);

    /// <summary>Length of each actuator [nactuator]; of each of its outputs since MuJoCo 3.11.</summary>
    public Span<double> ActuatorLength => View(actuatorLength);

    /// <summary>Velocity of each actuator, likewise [nactuator].</summary>
    public Span<double> ActuatorVelocity => View(actuatorVelocity);

    /// <summary>
    /// Velocity of each body about the center of mass of its kinematic tree, angular part first [nbody x 6].
    /// </summary>
    public Span<double> Cvel => View(cvel);

    /// <summary>Coriolis, centrifugal and gravity forces, in generalized coordinates [nv].</summary>
    public Span<double> QfrcBias => View(qfrcBias);

    /// <summary>Forces of springs, dampers and fluids, in generalized coordinates [nv].</summary>
    public Span<double> QfrcPassive => View(qfrcPassive);

    /// <summary>Force of each actuator, likewise [nactuator].</summary>
    public Span<double> ActuatorForce => View(actuatorForce);

    /// <summary>Forces of the actuators, in generalized coordinates [nv].</summary>
    public Span<double> QfrcActuator => View(qfrcActuator);

    /// <summary>Forces of the constraints, in generalized coordinates [nv].</summary>
    public Span<double> QfrcConstraint => View(qfrcConstraint);

    /// <summary>Acceleration of each body [nbody x 6]; call <see cref="RnePostConstraint"/> first.</summary>
    public Span<double> Cacc => View(cacc);

    /// <summary>
    /// Force between each body and its parent [nbody x 6]; call <see cref="RnePostConstraint"/> first.
    /// </summary>
    public Span<double> CfrcInt => View(cfrcInt);

    /// <summary>
    /// External force on each body, torque first [nbody x 6]; call <see cref="RnePostConstraint"/> first.
    /// </summary>
    public Span<double> CfrcExt => View(cfrcExt);

    /// <summary>Length of each tendon [m, or weighted joint positions] [ntendon].</summary>
    public Span<double> TendonLength => View(tendonLength);

    /// <summary>Velocity of each tendon [ntendon].</summary>
    public Span<double> TendonVelocity => View(tendonVelocity);

    /// <summary>The caller's own numbers, which MuJoCo keeps with the state [nuserdata].</summary>
    public Span<double> UserData => View(userData);

    /// <summary>Delayed controls and sensor values; empty before MuJoCo 3.5.</summary>
    public Span<double> History => View(history);

    /// <summary>State of MuJoCo's plugins; empty where the model has none.</summary>
    public Span<double> PluginState => View(pluginState);

    private Span<double> View(FieldArray array)
    {
        Check();
        return new((void*)array.Address, array.Length);
    }

    private void FindArrays()
    {
        qpos = fields.Array("qpos");
        qvel = fields.Array("qvel");
        act = fields.Array("act");
        ctrl = fields.Array("ctrl");
        qaccWarmstart = fields.Array("qacc_warmstart");
        qfrcApplied = fields.Array("qfrc_applied");
        xfrcApplied = fields.Array("xfrc_applied");
        mocapPos = fields.Array("mocap_pos");
        mocapQuat = fields.Array("mocap_quat");
        qacc = fields.Array("qacc");
        actDot = fields.Array("act_dot");
        sensorData = fields.Array("sensordata");
        energy = fields.Array("energy");
        xPos = fields.Array("xpos");
        xQuat = fields.Array("xquat");
        xMat = fields.Array("xmat");
        xIpos = fields.Array("xipos");
        xImat = fields.Array("ximat");
        geomXpos = fields.Array("geom_xpos");
        geomXmat = fields.Array("geom_xmat");
        siteXpos = fields.Array("site_xpos");
        siteXmat = fields.Array("site_xmat");
        subtreeCom = fields.Array("subtree_com");
        cinert = fields.Array("cinert");
        actuatorLength = fields.Array("actuator_length");
        actuatorVelocity = fields.Array("actuator_velocity");
        cvel = fields.Array("cvel");
        qfrcBias = fields.Array("qfrc_bias");
        qfrcPassive = fields.Array("qfrc_passive");
        actuatorForce = fields.Array("actuator_force");
        qfrcActuator = fields.Array("qfrc_actuator");
        qfrcConstraint = fields.Array("qfrc_constraint");
        cacc = fields.Array("cacc");
        cfrcInt = fields.Array("cfrc_int");
        cfrcExt = fields.Array("cfrc_ext");
        userData = fields.Array("userdata");
        tendonLength = fields.Array("ten_length");
        tendonVelocity = fields.Array("ten_velocity");
        history = fields.ArrayIfAny("history");
        pluginState = fields.ArrayIfAny("plugin_state");
        eqActive = fields.Has("eq_active") ? fields.Array("eq_active") : default;
    }
}
