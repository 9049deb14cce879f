namespace MbMix.Simulation;

/// <summary>
/// Arithmetic over quantities and actions as a list of operations, each of which writes the next register. Equal
/// operations share a register.
/// </summary>
/// <param name="quantities">The quantities that are read, shared by all formulas of a task; new ones are added.</param>
internal sealed class Formulas(List<Quantity> quantities)
{
    private readonly List<Operation> operations = [];
    private readonly Dictionary<Operation, int> registers = [];

    /// <summary>Number of registers.</summary>
    public int Count => operations.Count;

    /// <summary>The register of a constant.</summary>
    public int Constant(double value) => Add(new(Operator.Constant, 0, 0, value));

    /// <summary>The register of a quantity.</summary>
    public int Read(Quantity quantity)
    {
        int index = quantities.IndexOf(quantity);
        if (index < 0)
        {
            index = quantities.Count;
            quantities.Add(quantity);
        }
        return Add(new(Operator.Quantity, index, 0, 0));
    }

    /// <summary>The register of a control, as the actuator receives it.</summary>
    public int Control(int actuator) => Add(new(Operator.Control, actuator, 0, 0));

    /// <summary>The register of a component of the action.</summary>
    public int Action(int component) => Add(new(Operator.Action, component, 0, 0));

    /// <summary>The register of a result.</summary>
    public int Apply(Operator op, int left, int right = 0) => Add(new(op, left, right, 0));

    /// <summary>The sum of registers; 0 where there is none.</summary>
    public int Sum(IEnumerable<int> terms)
    {
        int sum = -1;
        foreach (int term in terms) sum = sum < 0 ? term : Apply(Operator.Add, sum, term);
        return sum < 0 ? Constant(0) : sum;
    }

    /// <summary>The square of a register.</summary>
    public int Square(int register) => Apply(Operator.Multiply, register, register);

    /// <summary>The product of a register and a number.</summary>
    public int Scale(double factor, int register) =>
        factor == 1 ? register : Apply(Operator.Multiply, Constant(factor), register);

    /// <summary>The square root of a sum of squares, whose derivative at 0 is 0.</summary>
    public int Norm(IEnumerable<int> components) => Apply(Operator.Sqrt, Sum(components.Select(Square)));

    /// <summary>A bell curve: exp(-(x / width)^2).</summary>
    public int Bell(int register, double width) =>
        Apply(Operator.Exp, Scale(-1, Square(Scale(1 / width, register))));

    /// <summary>Computes all registers.</summary>
    /// <param name="values">The quantities.</param>
    /// <param name="controls">The controls.</param>
    /// <param name="action">The action.</param>
    public T[] Compute<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> controls, ReadOnlySpan<T> action)
        where T : struct, IScalar<T>
    {
        var results = new T[operations.Count];
        for (int i = 0; i < results.Length; i++)
        {
            var (op, left, right, constant) = operations[i];
            results[i] = op switch
            {
                Operator.Constant => constant,
                Operator.Quantity => values[left],
                Operator.Control => controls[left],
                Operator.Action => action[left],
                Operator.Add => results[left] + results[right],
                Operator.Subtract => results[left] - results[right],
                Operator.Multiply => results[left] * results[right],
                Operator.Divide => results[left] / results[right],
                Operator.Sqrt => Root(results[left]),
                Operator.Exp => T.Exp(results[left]),
                Operator.Sin => T.Sin(results[left]),
                Operator.Cos => T.Cos(results[left]),
                Operator.Tanh => ScalarMath.Tanh(results[left]),
                Operator.Atan2 => T.Atan2(results[left], results[right]),
                Operator.Min => T.Min(results[left], results[right]),
                _ => T.Max(results[left], results[right]),
            };
        }
        return results;
    }

    // the root of what is not positive is 0, and so is its derivative
    private static T Root<T>(T value)
        where T : struct, IScalar<T>
    {
        var positive = value > (T)0;
        return T.Select(positive, T.Sqrt(T.Select(positive, value, 1)), 0);
    }

    private int Add(Operation operation)
    {
        if (registers.TryGetValue(operation, out int register)) return register;
        registers.Add(operation, operations.Count);
        operations.Add(operation);
        return operations.Count - 1;
    }

    private readonly record struct Operation(Operator Op, int Left, int Right, double Constant);
}

/// <summary>What an operation of <see cref="Formulas"/> does.</summary>
internal enum Operator
{
    Constant,
    Quantity,
    Control,
    Action,
    Add,
    Subtract,
    Multiply,
    Divide,
    Sqrt,
    Exp,
    Sin,
    Cos,
    Tanh,
    Atan2,
    Min,
    Max,
}
