namespace MbMix.TestKit;

/// <summary>
/// Checks what <see cref="IDynamicsModel"/> promises of every dynamics model: predictions of the right shape with
/// derivatives that are theirs, parameters that predictions leave alone, errors that fall, checkpoints that hold
/// everything.
/// </summary>
public static class ModelCheck
{
    /// <summary>Lists the checks, in a sensible order. Each can be run on its own.</summary>
    /// <param name="subject">The model; it must outlive the checks.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Check> All(ModelSubject subject, ModelSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var s = settings ?? new ModelSettings();
        var predict = new Check(
            subject.Id, "predictions", "Predict", "next states",
            "The result is [B, S] of the state's type, for any B.", f => Predictions(subject, f))
        {
            Obstruction = "Predict gives no next states",
        };
        var fit = new Check(
            subject.Id, "learning", "Fit", "training steps that leave their batch as it is",
            "Do not use in-place operations on the batch.", f => Fit(subject, s, f))
        {
            Obstruction = "Fit does not train as it should",
        };
        return
        [
            new Check(
                subject.Id, "description", "creation", "a model with a description",
                "The factory must return a new model each time.", f => Description(subject, f))
            {
                Essential = true,
            },
            predict,
            fit,
            new Check(
                subject.Id, "predictions", "derivatives of Predict", "derivatives",
                "Predict is differentiable in state and action: detach neither, convert types with to().",
                f => Derivatives(subject, s, f)).If(predict, fit),
            new Check(
                subject.Id, "predictions", "parameters under Predict", "parameters that predictions leave alone",
                "Freeze the parameters in Predict: use detached weights, or requires_grad only inside Fit.",
                f => Frozen(subject, s, f)).If(predict, fit),
            new Check(
                subject.Id, "learning", "errors fall", "smaller errors of predictions after training",
                "Is the optimizer called, and the error measured in units of the spread of each component?",
                f => Learning(subject, s, f)).If(predict, fit),
            new Check(
                subject.Id, "seeds", "seeds", "models that depend on the seed alone",
                "Draw initial weights from ModelContext.Seed, not from the clock.", f => Seeds(subject, f)).If(fit),
            new Check(
                subject.Id, "checkpoints", "Save and Load", "a model that goes on as if it had never been saved",
                "Save weights, moments of the optimizer, counters and statistics, and load every one of them.",
                f => Checkpoints(subject, s, f)).If(predict, fit),
            new Check(
                subject.Id, "memory", "tensors over many calls", "as many tensors after as before",
                "Open a NewDisposeScope() in each member.", f => Leaks(subject, s, f)).If(predict, fit),
        ];
    }

    private const int Fits = 20;

    /// <summary>Names of all checks, for test frameworks that need them before there is a model.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. All(new ModelSubject("", _ => throw new NotSupportedException(), () => throw new NotSupportedException()))
            .Select(c => c.Name),
    ];

    /// <summary>Runs all checks.</summary>
    /// <param name="subject">The model.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    /// <param name="progress">Told how each check went; null for nobody.</param>
    /// <param name="cancellationToken">Ends the certification between two checks.</param>
    public static Certificate Certify(
        ModelSubject subject,
        ModelSettings? settings = null,
        Action<CheckResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return Certificate.Run(subject.Id, "model", All(subject, settings), progress, cancellationToken);
    }

    private static void Description(ModelSubject subject, Findings findings)
    {
        // before it is blamed on the checks that dispose their models
        if (!findings.Try("Dispose", "a return", () => subject.New()?.Dispose())) return;
        using var model = subject.New();
        findings.Require(model is not null, "creation", "null", "a model");
        if (model is null) return;
        findings.Require(model.Spec is not null, "Spec", "null", "a description");
        if (model.Spec is not { } spec) return;
        findings.Require(spec.Id == subject.Id, "id in Spec", $"'{spec.Id}'", $"the registered one, '{subject.Id}'");
        findings.Require(
            spec.MinimumTransitions >= 0, "minimum transitions", $"{spec.MinimumTransitions}", "0 or more");
        findings.Require(spec.TapeBytes >= 0, "tape bytes", $"{spec.TapeBytes}", "0 or more");
        findings.Require(
            spec.Derivatives != DerivativeTargets.Projected || spec.Probes > 0,
            "probes of projected derivatives", $"{spec.Probes}", "at least 1");
        using var another = subject.New();
        findings.Require(
            !ReferenceEquals(another, model), "second creation", "the same object", "a new model each time");
    }

    private static void Predictions(ModelSubject subject, Findings findings)
    {
        using var model = subject.New();
        var spec = subject.Env.Spec;
        foreach (int lanes in new[] { 5, 1 })
        {
            var (state, action) = Probes.Moving(subject.Env, lanes, 3, 2);
            Tensor stateBefore = state.clone(), actionBefore = action.clone();
            var next = model.Predict(state, action);
            findings.Harmless = false;
            if (!findings.RequireShape("Predict", next, spec.StateType, lanes, spec.State.Size)) return;
            if (!findings.RequireFinite("Predict", next)) return;
            findings.Harmless = true;
            findings.Require(!Memory.Overlap(next, state), "Predict", "memory shared with the state given", "its own");
            findings.RequireSame("state that was given to Predict", stateBefore, state);
            findings.RequireSame("action that was given to Predict", actionBefore, action);
            findings.RequireSame("Predict of the same again", next, model.Predict(state, action));
            var alone = model.Predict(state.narrow(0, 0, 1).contiguous(), action.narrow(0, 0, 1).contiguous());
            findings.RequireCloseComponents(
                $"Predict of lane 0 in a batch of 1 and of {lanes}", next.narrow(0, 0, 1), alone, 1e-4);
            foreach (bool byState in new[] { true, false })
            {
                Tensor x = state.detach().clone().requires_grad_(byState);
                Tensor u = action.detach().clone().requires_grad_(!byState);
                string name = $"Predict by the {(byState ? "state" : "action")} alone";
                bool history = model.Predict(x, u).requires_grad;
                findings.Require(history, name, "no gradient history", "one");
            }
            using var noGrad = torch.no_grad();
            var quiet = model.Predict(state, action.detach().clone().requires_grad_(true));
            findings.Require(!quiet.requires_grad, "Predict under no_grad", "a gradient history", "none");
        }
    }

    private static void Derivatives(ModelSubject subject, ModelSettings s, Findings findings)
    {
        using var model = subject.New();
        var (env, type) = (subject.Env, subject.Env.Spec.StateType);
        const int lanes = 16;
        var data = new ModelData(env, model.Spec, s.Batch);
        for (int k = 0; k < 20 && model.Spec.Learned; k++) model.Fit(data.Batch(k));
        var (state, action) = Probes.Moving(env, lanes, 3, 2);
        // networks compute in single precision, whatever the state's type
        var settings = new DifferenceSettings(5e-3, 0.03, 0.02, 0.2, 5e-7);
        var differences = new Differences(settings, "Predict", findings);
        differences.Compare("state", env.Chart.TangentSize, type, lanes, d =>
            [("next state", model.Predict(env.Chart.Integrate(state, d), action))]);
        differences.Compare("action", env.Spec.Action.Size, type, lanes, d =>
            [("next state", model.Predict(state, action + d))]);
        findings.Note = differences.Summary;
        findings.Require(
            differences.SmoothShare > 0.5, "share of predictions that are smooth",
            Findings.Text(differences.SmoothShare), "at least 0.5");
    }

    private static void Frozen(ModelSubject subject, ModelSettings s, Findings findings)
    {
        using IDynamicsModel predicting = subject.New(), idle = subject.New();
        var (state, action) = Probes.Moving(subject.Env, 5, 3, 2);
        var constant = predicting.Predict(state.detach(), action.detach());
        findings.Require(
            !constant.requires_grad, "Predict without inputs that need gradients", "a gradient history", "none");
        var data = new ModelData(subject.Env, predicting.Spec, s.Batch);
        for (int k = 0; k < 3; k++)
        {
            var x = state.detach().clone().requires_grad_(true);
            Backward.Run(predicting.Predict(x, action).square().sum());
            Same(findings, "parameters after a backward pass through Predict", predicting, idle);
            if (!predicting.Spec.Learned) return;
            predicting.Fit(data.Batch(k));
            idle.Fit(data.Batch(k));
            Same(findings, "parameters after a backward pass through Predict and a Fit", predicting, idle);
        }
    }

    private static void Fit(ModelSubject subject, ModelSettings s, Findings findings)
    {
        using var model = subject.New();
        var batch = new ModelData(subject.Env, model.Spec, s.Batch).Batch(0);
        Tensor?[] given =
            [batch.State, batch.Action, batch.NextState, batch.Directions, batch.StateProducts, batch.ActionProducts];
        Tensor?[] before = [.. given.Select(t => t?.clone())];
        var untouched = Saved(model);
        var spec = model.Spec;
        var report = model.Fit(batch);
        string[] names = ["state", "action", "next state", "directions", "state products", "action products"];
        // a mistake may begin later
        for (int fits = 1; fits <= Fits && findings.All.Count == 0; fits++)
        {
            string when = fits == 1 ? "Fit" : $"{fits} calls of Fit";
            for (int i = 0; i < given.Length; i++)
            {
                if (given[i] is { } now) findings.RequireSame($"{names[i]} of the batch after {when}", before[i]!, now);
            }
            findings.Require(
                Equals(model.Spec, spec), $"Spec after {when}", "another description", "the same one as before");
            if (findings.All.Count > 0) return;
            if (fits < Fits) model.Fit(batch);
        }
        double[] errors = [report.Loss, report.ValueError, report.DerivativeError];
        if (spec.Learned)
        {
            string came = string.Join(", ", errors.Select(Findings.Text));
            findings.Require(errors.All(double.IsFinite), "report of Fit", came, "finite numbers");
            findings.Require(
                Saved(model).Differing(untouched).Count > 0, "Fit of a learned model", "no change",
                "a training step");
            return;
        }
        findings.Require(errors.All(e => e == 0), "report of Fit of a model that is not learned", "numbers", "zeros");
        findings.Require(
            Saved(model).Differing(untouched).Count == 0, "Fit of a model that is not learned", "a change", "none");
    }

    private static void Learning(ModelSubject subject, ModelSettings s, Findings findings)
    {
        using var model = subject.New();
        if (!model.Spec.Learned)
        {
            findings.Skip("it is not learned");
            return;
        }
        var data = new ModelData(subject.Env, model.Spec, s.Batch);
        var (value, derivative) = data.Errors(model);
        for (int k = 0; k < s.Fits; k++)
        {
            using var scope = torch.NewDisposeScope();
            model.Fit(data.Batch(k));
        }
        var (valueAfter, derivativeAfter) = data.Errors(model);
        findings.Note = $"error {Findings.Text(value)} to {Findings.Text(valueAfter)}, "
            + $"of derivatives {Findings.Text(derivative)} to {Findings.Text(derivativeAfter)}";
        Fell("error of predicted changes", value, valueAfter, s.ErrorLeft);
        if (model.Spec.Derivatives != DerivativeTargets.None)
            Fell("error of predicted derivatives", derivative, derivativeAfter, s.DerivativeErrorLeft);

        void Fell(string what, double before, double after, double left) => findings.Require(
            after <= left * before,
            $"{what} on new transitions after {s.Fits} training steps",
            $"{Findings.Text(after)} after {Findings.Text(before)}",
            $"at most {Findings.Text(left)} of the error before");
    }

    private static void Seeds(ModelSubject subject, Findings findings)
    {
        using IDynamicsModel first = subject.New(1), same = subject.New(1), other = subject.New(2);
        Same(findings, "models made with the same seed", first, same);
        if (!first.Spec.Learned) return;
        var saved = Saved(first);
        // a model that begins with zeros everywhere has nothing to draw
        if (saved.Varied.Count == 0) return;
        bool differs = saved.Differing(Saved(other)).Count > 0;
        findings.Require(differs, "models made with two seeds", "the same parameters", "different ones");
    }

    private static void Checkpoints(ModelSubject subject, ModelSettings s, Findings findings)
    {
        using IDynamicsModel straight = subject.New(1), resumed = subject.New(2);
        var data = new ModelData(subject.Env, straight.Spec, s.Batch);
        for (int k = 0; k < 5; k++) straight.Fit(data.Batch(k));
        var checkpoint = Saved(straight);
        checkpoint.Rewind();
        resumed.Load(checkpoint);
        string unread = string.Join(", ", checkpoint.Unread);
        findings.Require(
            unread.Length == 0, "Load", $"a return without reading {unread}", "to read everything that Save wrote");
        Same(findings, "what Save writes after Load", resumed, straight);
        var (state, action) = Probes.Moving(subject.Env, 5, 3, 2);
        Agree("Predict after Load");
        for (int k = 5; k < 8; k++)
        {
            var (expected, came) = (straight.Fit(data.Batch(k)), resumed.Fit(data.Batch(k)));
            findings.Require(
                expected.Equals(came), "Fit after Load",
                $"a loss of {came.Loss:R}", $"{expected.Loss:R}, as without an interruption");
        }
        Agree("Predict after Load and three training steps");

        void Agree(string check) =>
            findings.RequireSame(check, straight.Predict(state, action), resumed.Predict(state, action));
    }

    private static void Leaks(ModelSubject subject, ModelSettings s, Findings findings)
    {
        using var model = subject.New();
        var data = new ModelData(subject.Env, model.Spec, s.Batch);
        var batch = data.Batch(0);
        var (state, action) = Probes.Moving(subject.Env, 5, 3, 2);
        for (int k = 0; k < 5; k++) Call();
        long before = Memory.LiveTensors;
        for (int k = 0; k < 20; k++) Call();
        long more = Memory.LiveTensors - before;
        findings.Require(more <= 0, "tensors that are left after 20 calls", $"{more} more", "none");

        void Call()
        {
            using var scope = torch.NewDisposeScope();
            model.Fit(batch);
            var x = state.detach().clone().requires_grad_(true);
            Backward.Run(model.Predict(x, action).sum());
        }
    }

    private static void Same(Findings findings, string check, ICheckpointed left, ICheckpointed right)
    {
        var names = Saved(left).Differing(Saved(right));
        findings.Require(
            names.Count == 0, check, $"other values of {string.Join(", ", names.Take(3))}", "the same, bit for bit");
    }

    private static MemoryCheckpoint Saved(ICheckpointed model)
    {
        var checkpoint = new MemoryCheckpoint();
        model.Save(checkpoint);
        return checkpoint;
    }
}
