using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>
/// Checks that the layout fits the loaded library: compiles and steps a small model, and compares every field that this
/// assembly reads with a known value or with what a function of the library returns.
/// </summary>
internal static partial class SelfTest
{
    /// <summary>What to do about a library that cannot be used.</summary>
    public const string Advice =
        $"Use a release build of a known version (MujocoLibrary.KnownVersions), or name another library in "
        + $"{Resolver.Variable}.";

    private const double Rounding = 1e-9;

    /// <summary>Runs the test.</summary>
    /// <exception cref="MujocoException">A field is not where the layout says.</exception>
    public static void Run(LoadedLibrary library)
    {
        var thread = GuardedThread.Current;
        thread.Blocks = [];
        try
        {
            int numberSize = library.Layout.Constant("sizeof.mjtNum");
            if (numberSize != sizeof(double)) throw Failure(library, "numbers in double precision", $"{numberSize}");
            using var model = ModelLoader.FromXml(library, SelfTestModel.Text, new());
            Model(library, model);
            Options(library, model);
            using var data = new MjData(model);
            States(library, model, data);
            Results(library, model, data);
            Contacts(library, model, data);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or IndexOutOfRangeException
            or OverflowException or MujocoException { Kind: not MujocoError.Version })
        {
            throw new MujocoException(
                MujocoError.Version, $"{Description(library)} but fails a small test: {e.Message} {Advice}", e);
        }
        finally
        {
            thread.Blocks = null;
        }
    }

    /// <summary>The error for a layout that does not fit.</summary>
    public static MujocoException Failure(LoadedLibrary library, string expected, string actual) => new(
        MujocoError.Version,
        $"{Description(library)} but its memory is laid out differently: expected {expected}, found {actual}. "
        + Advice);

    private static string Description(LoadedLibrary library) => library.IsGuess
        ? $"{library.Path} is MuJoCo {library.Version}, which is not known here; it was tried as "
            + $"{library.LayoutVersion}"
        : $"{library.Path} says it is MuJoCo {library.Version}";

    private static void Contacts(LoadedLibrary library, MjModel model, MjData data)
    {
        data.Reset();
        data.Forward();
        Expect(library, "ncon", data.ContactCount, 1);
        var contact = data.Contact(0);
        Expect(library, "contact geom1", contact.Geom1, model.Id(MjObject.Geom, "floor"));
        Expect(library, "contact geom2", contact.Geom2, model.Id(MjObject.Geom, "sphere"));
        Expect(library, "contact dim", contact.Dimension, 3);
        Expect(library, "contact dist", contact.Distance, -0.0625);
        Expect(library, "contact pos", contact.Position[2], -0.03125);
        Expect(library, "contact frame", contact.Frame[2], 1);

        // one equality and one friction constraint come first, and the contact has four sides
        Expect(library, "contact efc_address", contact.ConstraintAddress, data.ConstraintCount - 4);
        Span<double> force = stackalloc double[6];
        data.ContactForce(0, force);
        Expect(library, "qfrc_constraint", data.QfrcConstraint[2], force[0], Rounding);

        data.RnePostConstraint();
        Expect(library, "cacc", data.Cacc[5], 8.5, Rounding);
        Expect(library, "cfrc_ext", data.CfrcExt[11], force[0], Rounding);
        int post = 6 * model.Id(MjObject.Body, "post");
        Expect(library, "cfrc_int", Math.Abs(data.CfrcInt[post + 5]), 0.75 * 8.5, Rounding);

        data.Qvel[0] = double.NaN;
        data.Step();
        Expect(library, "warning", data.Warnings.BadQvel, 1);
        Expect(library, "no other warning", data.Warnings.BadQpos + data.Warnings.BadQacc + data.Warnings.BadCtrl, 0);
        Expect(library, "time after a step", data.Time, 0.0078125);
        data.ClearWarnings();
        data.Ctrl[0] = double.NaN;
        data.Step();
        Expect(library, "warning of a control", Math.Sign(data.Warnings.BadCtrl), 1);
        Expect(library, "no other warning", data.Warnings.BadQpos + data.Warnings.BadQvel + data.Warnings.BadQacc, 0);
    }

    private static void Expect(
        LoadedLibrary library, string what, double actual, double expected, double tolerance = 0)
    {
        if (Math.Abs(actual - expected) <= tolerance * Math.Abs(expected)) return;
        throw Failure(
            library,
            $"{what} = {expected.ToString(CultureInfo.InvariantCulture)}",
            actual.ToString(CultureInfo.InvariantCulture));
    }

    private static void Expect<T>(
        LoadedLibrary library, string what, ReadOnlySpan<T> actual, params ReadOnlySpan<T> expected)
    {
        if (actual.SequenceEqual(expected)) return;
        throw Failure(library, $"{what} = {Join(expected)}", Join(actual[..Math.Min(actual.Length, 20)]));
    }

    private static string Join<T>(ReadOnlySpan<T> values) =>
        string.Join(' ', values.ToArray().Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
}
