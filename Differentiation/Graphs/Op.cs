namespace MbMix.Differentiation;

/// <summary>What a node of an expression graph computes from its operands a, b, c.</summary>
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

    /// <summary>Mask a with mask or number b: b where a holds, else 0.</summary>
    And,

    /// <summary>b where mask a does not hold, else 0.</summary>
    AndNot,

    /// <summary>Mask a or mask b.</summary>
    Or,

    /// <summary>b where mask a holds, else c.</summary>
    Select,

    /// <summary>a, with derivative 0.</summary>
    Stop,

    /// <summary>Call a of the graph's loops: a sub-program run for many instances. It has no value of its own.</summary>
    Loop,

    /// <summary>Total b of the loop that is node a.</summary>
    Total,

    // The following are replaced by the ones above before anything is executed.
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

    /// <summary>a, in a place of its own.</summary>
    Copy,

    /// <summary>2 to the power a, for an a that is a whole number within the exponent's range.</summary>
    PowerOfTwo,
}
