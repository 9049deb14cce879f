namespace MbMix.Studies.Tabular;

/// <summary>
/// The Adam optimizer in double precision, for a few parameters. Its steps do not depend on the scale of an objective,
/// so that one learning rate is fair to all objectives.
/// </summary>
internal sealed class TabularAdam(int size, double learningRate)
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private readonly double[] first = new double[size];
    private readonly double[] second = new double[size];
    private int steps;

    public void Ascend(double[] parameters, double[] gradient)
    {
        steps++;
        for (int i = 0; i < parameters.Length; i++)
        {
            first[i] += (1 - Beta1) * (gradient[i] - first[i]);
            second[i] += (1 - Beta2) * ((gradient[i] * gradient[i]) - second[i]);
            double mean = first[i] / (1 - Math.Pow(Beta1, steps)), square = second[i] / (1 - Math.Pow(Beta2, steps));
            parameters[i] += learningRate * mean / (Math.Sqrt(square) + 1e-12);
        }
    }
}
