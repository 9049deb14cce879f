namespace MbMix.Differentiation;

/// <summary>What a node of an expression graph computes from its operands a, b and c.</summary>
internal enum Op : byte
{
    /// <summary>A constant.</summary>
    Constant,

    /// <summary>A constant mask: all lanes true (value 1) or false (value 0).</summary>
    Truth,

    /// <summary>Component b of input group a.</summary>
    Input,

    Add,
    Subtract,
    Multiply,
    Negate,
    Reciprocal,
    SquareRoot,
    Round,
    Maximum,
    Minimum,

    /// <summary>a &gt; b, a mask.</summary>
    Greater,

    /// <summary>a &gt;= b, a mask.</summary>
    GreaterOrEqual,

    /// <summary>b where mask a holds, else 0; b is a mask or a number.</summary>
    And,

    /// <summary>b where mask a does not hold, else 0.</summary>
    AndNot,

    /// <summary>Mask a or mask b.</summary>
    Or,

    /// <summary>b where mask a holds, else c.</summary>
    Select,

    /// <summary>a, taken as a constant by differentiation.</summary>
    Stop,

    /// <summary>Runs loop a of the graph. The node has no value of its own.</summary>
    Loop,

    /// <summary>Total b of the loop run by node a.</summary>
    Total,

    // Lowering replaces the following by the ones above.
    Sine,
    Cosine,

    /// <summary>The angle of the point (b, a).</summary>
    ArcTangent,
    Exponential,

    // The following appear only in lowered programs.

    /// <summary>a * b + c, rounded once.</summary>
    MultiplyAdd,

    /// <summary>c - a * b, rounded once.</summary>
    NegatedMultiplyAdd,

    /// <summary>a * b - c, rounded once.</summary>
    MultiplySubtract,

    /// <summary>A copy of a in memory of its own.</summary>
    Copy,

    /// <summary>2 to the power a, where a is a whole number within the range of the exponent.</summary>
    PowerOfTwo,
}
