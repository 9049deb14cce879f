using MujocoSharp.Native;

namespace MujocoSharp;

/// <content>The model's arrays, as views into native memory.</content>
public sealed unsafe partial class MjModel
{
    private FieldArray qpos0, qposSpring, bodyParent, bodyMass, bodyInertia, bodySubtreeMass,
        jointType, jointQposAdr, jointDofAdr, jointBody, jointRange, jointStiffness,
        jointLimited, dofJoint, dofBody, dofDamping, dofArmature, geomBody,
        geomType, geomSize, geomFriction, siteBody, actuatorCtrlRange, actuatorCtrlLimited,
        actuatorForceRange, actuatorGear, actuatorTarget, sensorType, sensorAdr, sensorDim,
        keyTime, keyQpos, keyQvel, keyAct, keyCtrl, keyMocapPos,
        keyMocapQuat, jointAxis, actuatorTransmission, actuatorDynamics, actuatorGain, actuatorBias,
        tendonLimited, tendonRange, equalityType, equalityObject1, equalityObject2, equalityData,
        equalityStart;

    /// <summary>Positions in the start state [nq].</summary>
    public ReadOnlySpan<double> Qpos0 => View<double>(qpos0);

    /// <summary>Positions at which springs are at rest [nq].</summary>
    public ReadOnlySpan<double> QposSpring => View<double>(qposSpring);

    /// <summary>Id of each body's parent [nbody].</summary>
    public ReadOnlySpan<int> BodyParent => View<int>(bodyParent);

    /// <summary>Mass of each body [kg] [nbody].</summary>
    public ReadOnlySpan<double> BodyMass => View<double>(bodyMass);

    /// <summary>Principal inertias of each body [kg m2] [nbody x 3].</summary>
    public ReadOnlySpan<double> BodyInertia => View<double>(bodyInertia);

    /// <summary>Mass of each body together with its descendants [kg] [nbody].</summary>
    public ReadOnlySpan<double> BodySubtreeMass => View<double>(bodySubtreeMass);

    /// <summary>Type of each joint [njnt].</summary>
    public ReadOnlySpan<MjJointType> JointType => View<MjJointType>(jointType);

    /// <summary>Index of each joint's first component in qpos [njnt].</summary>
    public ReadOnlySpan<int> JointQposAdr => View<int>(jointQposAdr);

    /// <summary>Index of each joint's first component in qvel [njnt].</summary>
    public ReadOnlySpan<int> JointDofAdr => View<int>(jointDofAdr);

    /// <summary>Id of each joint's body [njnt].</summary>
    public ReadOnlySpan<int> JointBody => View<int>(jointBody);

    /// <summary>Lower and upper limit of each joint [rad or m] [njnt x 2].</summary>
    public ReadOnlySpan<double> JointRange => View<double>(jointRange);

    /// <summary>Spring stiffness of each joint [njnt].</summary>
    public ReadOnlySpan<double> JointStiffness => View<double>(jointStiffness);

    /// <summary>Whether each joint has limits [njnt].</summary>
    public ReadOnlySpan<bool> JointLimited => View<bool>(jointLimited);

    /// <summary>Id of the joint of each degree of freedom [nv].</summary>
    public ReadOnlySpan<int> DofJoint => View<int>(dofJoint);

    /// <summary>Id of the body of each degree of freedom [nv].</summary>
    public ReadOnlySpan<int> DofBody => View<int>(dofBody);

    /// <summary>Damping of each degree of freedom [nv].</summary>
    public ReadOnlySpan<double> DofDamping => View<double>(dofDamping);

    /// <summary>Armature (rotor inertia) of each degree of freedom [nv].</summary>
    public ReadOnlySpan<double> DofArmature => View<double>(dofArmature);

    /// <summary>Id of each geom's body [ngeom].</summary>
    public ReadOnlySpan<int> GeomBody => View<int>(geomBody);

    /// <summary>Shape of each geom; see <see cref="TypeName"/> [ngeom].</summary>
    public ReadOnlySpan<int> GeomType => View<int>(geomType);

    /// <summary>Size of each geom [m] [ngeom x 3].</summary>
    public ReadOnlySpan<double> GeomSize => View<double>(geomSize);

    /// <summary>Sliding, torsional and rolling friction of each geom [ngeom x 3].</summary>
    public ReadOnlySpan<double> GeomFriction => View<double>(geomFriction);

    /// <summary>Id of each site's body [nsite].</summary>
    public ReadOnlySpan<int> SiteBody => View<int>(siteBody);

    /// <summary>Lower and upper limit of each control [nu x 2]; 0, 0 where it has none.</summary>
    public ReadOnlySpan<double> ActuatorCtrlRange => View<double>(actuatorCtrlRange);

    /// <summary>Whether each control has limits [nu].</summary>
    public ReadOnlySpan<bool> ActuatorCtrlLimited => View<bool>(actuatorCtrlLimited);

    /// <summary>Lower and upper limit of each actuator's force [nactuator x 2].</summary>
    public ReadOnlySpan<double> ActuatorForceRange => View<double>(actuatorForceRange);

    /// <summary>Gear ratios of each actuator [nactuator x 6]; of each of its outputs since MuJoCo 3.11.</summary>
    public ReadOnlySpan<double> ActuatorGear => View<double>(actuatorGear);

    /// <summary>Id of the joint, tendon or site that each actuator acts on [nactuator x 2].</summary>
    public ReadOnlySpan<int> ActuatorTarget => View<int>(actuatorTarget);

    /// <summary>Type of each sensor; see <see cref="TypeName"/> [nsensor].</summary>
    public ReadOnlySpan<int> SensorType => View<int>(sensorType);

    /// <summary>Index of each sensor's first value in the sensor data [nsensor].</summary>
    public ReadOnlySpan<int> SensorAdr => View<int>(sensorAdr);

    /// <summary>Number of values of each sensor [nsensor].</summary>
    public ReadOnlySpan<int> SensorDim => View<int>(sensorDim);

    /// <summary>Time of each keyframe [s] [nkey].</summary>
    public ReadOnlySpan<double> KeyTime => View<double>(keyTime);

    /// <summary>Positions of each keyframe [nkey x nq].</summary>
    public ReadOnlySpan<double> KeyQpos => View<double>(keyQpos);

    /// <summary>Velocities of each keyframe [nkey x nv].</summary>
    public ReadOnlySpan<double> KeyQvel => View<double>(keyQvel);

    /// <summary>Activations of each keyframe [nkey x na].</summary>
    public ReadOnlySpan<double> KeyAct => View<double>(keyAct);

    /// <summary>Controls of each keyframe [nkey x nu].</summary>
    public ReadOnlySpan<double> KeyCtrl => View<double>(keyCtrl);

    /// <summary>Axis of each joint in its body's frame [njnt x 3].</summary>
    public ReadOnlySpan<double> JointAxis => View<double>(jointAxis);

    /// <summary>What each actuator acts on; see <see cref="TypeName"/> [nactuator].</summary>
    public ReadOnlySpan<int> ActuatorTransmission => View<int>(actuatorTransmission);

    /// <summary>How each actuator's activation follows its control; see <see cref="TypeName"/> [nactuator].</summary>
    public ReadOnlySpan<int> ActuatorDynamics => View<int>(actuatorDynamics);

    /// <summary>Type of each actuator's gain; see <see cref="TypeName"/> [nactuator].</summary>
    public ReadOnlySpan<int> ActuatorGain => View<int>(actuatorGain);

    /// <summary>Type of each actuator's bias; see <see cref="TypeName"/> [nactuator].</summary>
    public ReadOnlySpan<int> ActuatorBias => View<int>(actuatorBias);

    /// <summary>Whether each tendon's length has limits [ntendon].</summary>
    public ReadOnlySpan<bool> TendonLimited => View<bool>(tendonLimited);

    /// <summary>Lower and upper limit of each tendon's length [ntendon x 2].</summary>
    public ReadOnlySpan<double> TendonRange => View<double>(tendonRange);

    /// <summary>Type of each equality constraint; see <see cref="TypeName"/> [neq].</summary>
    public ReadOnlySpan<int> EqualityType => View<int>(equalityType);

    /// <summary>Id of the first object of each equality constraint [neq].</summary>
    public ReadOnlySpan<int> EqualityObject1 => View<int>(equalityObject1);

    /// <summary>Id of the second object of each equality constraint, -1 where it has none [neq].</summary>
    public ReadOnlySpan<int> EqualityObject2 => View<int>(equalityObject2);

    /// <summary>Numbers of each equality constraint [neq x 11].</summary>
    public ReadOnlySpan<double> EqualityData => View<double>(equalityData);

    /// <summary>Whether each equality constraint is active in the start state [neq].</summary>
    public ReadOnlySpan<bool> EqualityStart => View<bool>(equalityStart);

    /// <summary>Positions of the mocap bodies in each keyframe [nkey x nmocap x 3].</summary>
    public ReadOnlySpan<double> KeyMocapPos => View<double>(keyMocapPos);

    /// <summary>Orientations of the mocap bodies in each keyframe [nkey x nmocap x 4].</summary>
    public ReadOnlySpan<double> KeyMocapQuat => View<double>(keyMocapQuat);

    private ReadOnlySpan<T> View<T>(FieldArray array)
        where T : unmanaged
    {
        Check();
        return new((void*)array.Address, array.Length);
    }

    private void FindArrays()
    {
        qpos0 = fields.Array("qpos0");
        qposSpring = fields.Array("qpos_spring");
        bodyParent = fields.Array("body_parentid");
        bodyMass = fields.Array("body_mass");
        bodyInertia = fields.Array("body_inertia");
        bodySubtreeMass = fields.Array("body_subtreemass");
        jointType = fields.Array("jnt_type");
        jointQposAdr = fields.Array("jnt_qposadr");
        jointDofAdr = fields.Array("jnt_dofadr");
        jointBody = fields.Array("jnt_bodyid");
        jointRange = fields.Array("jnt_range");
        jointStiffness = fields.Array("jnt_stiffness");
        jointLimited = fields.Array("jnt_limited");
        dofJoint = fields.Array("dof_jntid");
        dofBody = fields.Array("dof_bodyid");
        dofDamping = fields.Array("dof_damping");
        dofArmature = fields.Array("dof_armature");
        geomBody = fields.Array("geom_bodyid");
        geomType = fields.Array("geom_type");
        geomSize = fields.Array("geom_size");
        geomFriction = fields.Array("geom_friction");
        siteBody = fields.Array("site_bodyid");
        actuatorCtrlRange = fields.Array("actuator_ctrlrange");
        actuatorCtrlLimited = fields.Array("actuator_ctrllimited");
        actuatorForceRange = fields.Array("actuator_forcerange");
        actuatorGear = fields.Array("actuator_gear");
        actuatorTarget = fields.Array("actuator_trnid");
        sensorType = fields.Array("sensor_type");
        sensorAdr = fields.Array("sensor_adr");
        sensorDim = fields.Array("sensor_dim");
        keyTime = fields.Array("key_time");
        keyQpos = fields.Array("key_qpos");
        keyQvel = fields.Array("key_qvel");
        keyAct = fields.Array("key_act");
        keyCtrl = fields.Array("key_ctrl");
        jointAxis = fields.Array("jnt_axis");
        actuatorTransmission = fields.Array("actuator_trntype");
        actuatorDynamics = fields.Array("actuator_dyntype");
        actuatorGain = fields.Array("actuator_gaintype");
        actuatorBias = fields.Array("actuator_biastype");
        tendonLimited = fields.Array("tendon_limited");
        tendonRange = fields.Array("tendon_range");
        equalityType = fields.Array("eq_type");
        equalityObject1 = fields.Array("eq_obj1id");
        equalityObject2 = fields.Array("eq_obj2id");
        equalityData = fields.Array("eq_data");
        equalityStart = fields.Array(fields.Has("eq_active0") ? "eq_active0" : "eq_active");
        keyMocapPos = fields.Array("key_mpos");
        keyMocapQuat = fields.Array("key_mquat");
    }
}
