namespace MbMix.Differentiation;

/// <summary>One node of a graph. Operands are numbers of earlier nodes, or -1 if there is none.</summary>
internal readonly record struct Node(Op Op, int A = -1, int B = -1, int C = -1, double Value = 0);
