namespace MbMix.Differentiation;

/// <summary>One node of a graph; operands are numbers of earlier nodes, -1 where there is none.</summary>
internal readonly record struct Node(Op Op, int A = -1, int B = -1, int C = -1, double Value = 0);
