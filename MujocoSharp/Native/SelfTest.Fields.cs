namespace MujocoSharp.Native;

/// <content>The comparisons.</content>
internal static partial class SelfTest
{
    private static void Model(LoadedLibrary library, MjModel model)
    {
        Expect(library, "nq", model.Nq, 8);
        Expect(library, "nv", model.Nv, 7);
        Expect(library, "nu", model.Nu, 3);
        Expect(library, "na", model.Na, 1);
        Expect(library, "nmocap", model.NMocap, 2);
        Expect(library, "nuserdata", model.NUserData, 5);
        Expect(library, "nsensordata", model.NSensorData, 8);
        Expect(library, "nhistory", model.NHistory, 0);
        Expect(library, "npluginstate", model.NPluginState, 0);
        Expect(library, "numbers of bodies, joints, geoms, sites, tendons, sensors and keyframes",
            [model.NBody, model.NJoint, model.NGeom, model.NSite, model.NTendon, model.NSensor, model.NKey],
            6, 2, 5, 2, 1, 4, 2);
        foreach (var kind in Enum.GetValues<MjObject>())
        {
            string name = kind.ToString().ToLowerInvariant();
            Expect(library, $"id of the last {name}", model.Id(kind, name), model.Count(kind) - 1);
            if (model.Name(kind, model.Count(kind) - 1) != name)
                throw Failure(library, $"a {name} called {name}", "another name");
        }

        Expect(library, "qpos0", model.Qpos0, 0.125, 0.25, 0.4375, 1, 0, 0, 0, 0);
        Expect(library, "qpos_spring", model.QposSpring[7..], 0.15625);
        Expect(library, "body_parentid", model.BodyParent, 0, 0, 1, 0, 0, 0);
        Expect(library, "body_mass", model.BodyMass[1..4], 3.5, 1.75, 0.75);
        Expect(library, "body_inertia", model.BodyInertia[3..6], 0.4375, 0.375, 0.3125);
        Expect(library, "body_subtreemass", model.BodySubtreeMass[1], 5.25);
        Expect(library, "jnt_type", model.JointType, MjJointType.Free, MjJointType.Hinge);
        Expect(library, "jnt_qposadr", model.JointQposAdr, 0, 7);
        Expect(library, "jnt_dofadr", model.JointDofAdr, 0, 6);
        Expect(library, "jnt_bodyid", model.JointBody, 1, 2);
        Expect(library, "jnt_range", model.JointRange[2..], -0.75, 1.25);
        Expect(library, "jnt_stiffness", model.JointStiffness[1], 2.75);
        Expect(library, "jnt_limited", model.JointLimited, false, true);
        Expect(library, "jnt_axis", model.JointAxis[3..], 0, 1, 0);
        Expect(library, "dof_jntid", model.DofJoint, 0, 0, 0, 0, 0, 0, 1);
        Expect(library, "dof_bodyid", model.DofBody, 1, 1, 1, 1, 1, 1, 2);
        Expect(library, "dof_damping", model.DofDamping[6], 0.6875);
        Expect(library, "dof_armature", model.DofArmature[6], 0.0546875);
        Expect(library, "geom_bodyid", model.GeomBody, 0, 1, 2, 3, 5);
        Expect(library, "geom_size", model.GeomSize[9..12], 0.1875, 0.15625, 0.140625);
        Expect(library, "geom_friction", model.GeomFriction[3..6], 0.875, 0.0078125, 0.00390625);
        Expect(library, "site_bodyid", model.SiteBody, 1, 2);
        Expect(library, "actuator_ctrlrange", model.ActuatorCtrlRange[..2], -0.375, 0.875);
        Expect(library, "actuator_ctrllimited", model.ActuatorCtrlLimited, true, false, false);
        Expect(library, "actuator_forcerange", model.ActuatorForceRange[..2], -2.25, 2.375);
        Expect(library, "actuator_gear", model.ActuatorGear[0], 17);
        Expect(library, "actuator_trnid", model.ActuatorTarget[0], 1);
        Expect(library, "sensor_adr", model.SensorAdr, 0, 1, 4, 7);
        Expect(library, "sensor_dim", model.SensorDim, 1, 3, 3, 1);
        Expect(library, "key_time", model.KeyTime, 0, 1.5);
        Expect(library, "key_qpos", model.KeyQpos[15], 0.625);
        Expect(library, "key_qvel", model.KeyQvel[7..], 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
        Expect(library, "key_act", model.KeyAct[1], 0.84375);
        Expect(library, "key_ctrl", model.KeyCtrl[3..], 0.25, 0.3125, 0.34375);
        Expect(library, "key_mpos", model.KeyMocapPos[..6], -30, 2, 20, -31, 3, 21);
        Expect(library, "key_mquat", model.KeyMocapQuat[..8], 1, 0, 0, 0, 1, 0, 0, 0);
        Expect(library, "tendon_limited", model.TendonLimited, true);
        Expect(library, "tendon_range", model.TendonRange, -7.5, 8.25);
        Expect(library, "eq_obj1id", model.EqualityObject1, 1, 1);
        Expect(library, "eq_obj2id", model.EqualityObject2, -1, -1);
        Expect(library, "eq_data", model.EqualityData[..5], 0.0625, 1, 2, 3, 4);
        Expect(library, "eq_active", model.EqualityStart, false, true);
        Types(library, model, "geom_type", MjTypeKind.Geom, model.GeomType, "plane sphere capsule box mesh");
        Types(
            library, model, "sensor_type", MjTypeKind.Sensor, model.SensorType, "jointpos framepos gyro jointvel");
        Types(library, model, "eq_type", MjTypeKind.Equality, model.EqualityType, "joint joint");
        Types(
            library, model, "actuator_trntype", MjTypeKind.ActuatorTransmission, model.ActuatorTransmission,
            "joint tendon joint");
        Types(
            library, model, "actuator_dyntype", MjTypeKind.ActuatorDynamics, model.ActuatorDynamics,
            "none none filter");
        Types(library, model, "actuator_gaintype", MjTypeKind.ActuatorGain, model.ActuatorGain, "fixed fixed fixed");
        Types(library, model, "actuator_biastype", MjTypeKind.ActuatorBias, model.ActuatorBias, "none affine none");
    }

    private static void Options(LoadedLibrary library, MjModel model)
    {
        Expect(library, "timestep", model.Timestep, 0.0078125);
        Expect(library, "integrator", (int)model.Integrator, (int)MjIntegrator.Rk4);
        Expect(library, "solver", (int)model.Solver, (int)MjSolver.Cg);
        Expect(library, "cone", (int)model.Cone, (int)MjCone.Pyramidal);
        Expect(library, "jacobian", (int)model.Jacobian, (int)MjJacobian.Sparse);
        Expect(library, "iterations", model.SolverIterations, 37);
        Expect(library, "tolerance", model.SolverTolerance, 0.0009765625);
        Expect(library, "impratio", model.ImpedanceRatio, 1.75);
        Expect(library, "density", model.Density, 0.03125);
        Expect(library, "viscosity", model.Viscosity, 0.015625);
        Expect(library, "gravity", model.Gravity, 0.5, -0.25, -8.5);
        Expect(library, "wind", model.Wind, 0.0625, 0.125, 0.375);
        Expect(library, "magnetic", model.Magnetic, 0.75, -0.5, -0.625);
        Expect(library, "disableflags", [.. model.DisableFlags], "filterparent", "refsafe");
        Expect(library, "enableflags", [.. model.EnableFlags], "energy", "fwdinv");
    }

    private static void Types(
        LoadedLibrary library, MjModel model, string what, MjTypeKind kind, ReadOnlySpan<int> types, string expected)
    {
        var names = new List<string>();
        foreach (int type in types) names.Add(model.TypeName(kind, type));
        string actual = string.Join(' ', names);
        if (actual != expected) throw Failure(library, $"{what} = {expected}", actual);
    }

    // what a step starts from
    private static void States(LoadedLibrary library, MjModel model, MjData data)
    {
        data.ResetToKeyframe(1);
        Expect(library, "time", data.Time, 1.5);
        Expect(library, "qpos", data.Qpos, 0, 0, 3, 1, 0, 0, 0, 0.625);
        Expect(library, "qvel", data.Qvel, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
        Expect(library, "act", data.Act, 0.84375);
        Expect(library, "ctrl", data.Ctrl, 0.25, 0.3125, 0.34375);
        Expect(library, "mocap_pos", data.MocapPos, -30, 2, 20, -31, 3, 21);
        Expect(library, "mocap_quat", data.MocapQuat, 1, 0, 0, 0, 1, 0, 0, 0);
        Expect(library, "eq_active", data.EqActive, false, true);

        // a reset clears what belongs to the state, and nothing else does it so exactly
        foreach (var part in (FieldPart[])[d => d.UserData, d => d.QfrcApplied, d => d.XfrcApplied, d => d.QaccWarmstart])
        {
            part(data).Fill(0.25);
            data.Reset();
            if (part(data).ContainsAnyExcept(0)) throw Failure(library, "zeros after a reset", "other values");
        }
        data.Step();
        Expect(library, "qacc_warmstart after a step", data.QaccWarmstart, data.Qacc);
        Expect(library, "qacc after a step is not 0", data.Qacc[2] == 0 ? 0 : 1, 1);
        StateFunctions(library, model, data);
    }

    private delegate Span<double> FieldPart(MjData data);

    // newer versions can tell the complete state themselves
    private static unsafe void StateFunctions(LoadedLibrary library, MjModel model, MjData data)
    {
        if (!library.Layout.Has("constant.mjSTATE_INTEGRATION") || library.EntryPoints.StateSize == 0) return;
        int signature = library.Layout.Constant("mjSTATE_INTEGRATION");
        nint size = EngineCall.Invoke(library.EntryPoints.StateSize, model.Pointer, signature);
        Expect(library, "mj_stateSize", (int)size, model.StateSize);
        double[] ours = new double[model.StateSize], theirs = new double[model.StateSize];
        for (int i = 0; i < ours.Length; i++) ours[i] = 1 + (i / 64.0);
        ours.AsSpan(^(model.NUserData + (7 * model.NMocap) + model.NEq)..)[..model.NEq].Fill(1);
        data.SetState(ours);
        fixed (double* state = theirs)
        {
            EngineCall.Invoke(library.EntryPoints.GetState, model.Pointer, data.Pointer, (nint)state, signature);
        }
        Expect<double>(library, "mj_getState", ours, theirs);
        data.Reset();
    }

    private static void Results(LoadedLibrary library, MjModel model, MjData data)
    {
        data.Reset();
        data.Qpos[2] = 3;
        data.Qpos[7] = 0.5;
        data.Qvel[6] = 0.25;
        data.Act[0] = 0.625;
        data.Ctrl[2] = 0.875;
        data.Ctrl[0] = 0.125;
        data.Forward();
        Expect(library, "act_dot", data.ActDot[0], (0.875 - 0.625) / 0.5);
        Expect(library, "actuator_length", data.ActuatorLength[0], 8.5, Rounding);
        Expect(library, "actuator_velocity", data.ActuatorVelocity[0], 4.25, Rounding);
        Expect(library, "actuator_force", data.ActuatorForce[0], 0.125);
        double servo = -0.1875 * 3.25 * 0.5;
        Expect(library, "qfrc_actuator", data.QfrcActuator[6], (17 * 0.125) + 0.625 + (3.25 * servo), Rounding);
        Expect(library, "ten_length", data.TendonLength[0], 1.625, Rounding);
        Expect(library, "ten_velocity", data.TendonVelocity[0], 0.8125, Rounding);
        Expect(library, "sensordata", data.SensorData[0], 0.5);
        Expect(library, "sensordata of a velocity", data.SensorData[7], 0.25);
        Expect(library, "cvel", data.Cvel[13], 0.25, Rounding);
        Expect(library, "xquat", data.XQuat[10], Math.Sin(0.25), Rounding);
        Expect(library, "xmat", data.XMat[20], Math.Sin(0.5), Rounding);
        Expect(library, "ximat", data.XImat[20], Math.Sin(0.5), Rounding);
        Expect(library, "geom_xmat", data.GeomXmat[20], Math.Sin(0.5), Rounding);
        Expect(library, "site_xmat", data.SiteXmat[11], Math.Sin(0.5), Rounding);
        Expect(library, "xpos", data.XPos[8], 4.5, Rounding);
        Expect(library, "xipos", data.XIpos[6], 0.125 + (0.25 * Math.Sin(0.5)), Rounding);
        Expect(library, "geom_xpos", data.GeomXpos[6], 0.125 + (0.25 * Math.Sin(0.5)), Rounding);
        Expect(library, "site_xpos", data.SiteXpos[3], 0.125 + (0.625 * Math.Sin(0.5)), Rounding);
        Expect(library, "sensordata of a position", data.SensorData[1], data.SiteXpos[3]);
        Expect(library, "subtree_com", data.SubtreeCom[6], data.XIpos[6], Rounding);
        Expect(library, "cinert", data.Cinert[19], 3.5);
        Expect(library, "cinert of the next", data.Cinert[29], 1.75);
        data.Qvel.Clear();
        data.Forward();
        Expect(library, "qfrc_bias", data.QfrcBias[2], 5.25 * 8.5, Rounding);
        Expect(library, "energy", data.Energy[1], 0);
        // the wind takes some too
        double spring = 2.75 * (0.15625 - 0.5);
        Expect(library, "qfrc_passive", data.QfrcPassive[6], spring, 0.01);
    }
}
