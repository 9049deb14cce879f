namespace MbMix.Sim.MuJoCoFD;

/// <summary>Products of cotangents with rows of a Jacobian.</summary>
internal static class Contraction
{
    /// <summary>Adds <c>cotangents · J[first ..]</c> to the inputs' cotangents; nothing where there is no Jacobian.</summary>
    public static void Add(double[]? jacobian, int first, ReadOnlySpan<double> cotangents, Span<double> inputs)
    {
        if (jacobian is null) return;
        for (int output = 0; output < cotangents.Length; output++)
        {
            double weight = cotangents[output];
            if (weight == 0) continue;
            var row = jacobian.AsSpan((first + output) * inputs.Length, inputs.Length);
            for (int i = 0; i < row.Length; i++) inputs[i] += weight * row[i];
        }
    }
}
