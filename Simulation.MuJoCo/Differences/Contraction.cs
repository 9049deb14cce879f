namespace MbMix.Simulation.MuJoCo;

/// <summary>Products of cotangents with the rows of a Jacobian.</summary>
internal static class Contraction
{
    /// <summary>
    /// Adds the vector-Jacobian product of some successive rows to the inputs' cotangents. Without a Jacobian it adds
    /// nothing.
    /// </summary>
    /// <param name="jacobian">Row-major Jacobian [outputs, inputs]; null where the lane has none.</param>
    /// <param name="first">The first of the rows.</param>
    /// <param name="dOutputs">Cotangents of the outputs, one per row.</param>
    /// <param name="dInputs">Cotangents of the inputs, one per column; added to.</param>
    public static void Add(double[]? jacobian, int first, ReadOnlySpan<double> dOutputs, Span<double> dInputs)
    {
        if (jacobian is null) return;
        for (int output = 0; output < dOutputs.Length; output++)
        {
            double weight = dOutputs[output];
            if (weight == 0) continue;
            var row = jacobian.AsSpan((first + output) * dInputs.Length, dInputs.Length);
            for (int i = 0; i < row.Length; i++) dInputs[i] += weight * row[i];
        }
    }
}
