namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// The range of each activation: that of its actuator (actrange), and 0 to 1 for a muscle. At its ends the law of the
/// activation changes, so differences there are one-sided, inward.
/// </summary>
internal static class ActivationRanges
{
    /// <summary>The ranges [na].</summary>
    public static (double Low, double High)[] Of(MjModel model)
    {
        var ranges = new (double Low, double High)[model.Na];
        Array.Fill(ranges, (double.NegativeInfinity, double.PositiveInfinity));
        ReadOnlySpan<bool> limited = model.Booleans("actuator_actlimited");
        for (int actuator = 0; actuator < model.NActuator; actuator++)
        {
            if (model.ActivationOf(actuator) is not { } activation) continue;
            string dynamics = model.TypeName(MjTypeKind.ActuatorDynamics, model.ActuatorDynamics[actuator]);
            if (dynamics == "muscle") ranges[activation] = (0, 1);
            if (!limited.IsEmpty && limited[actuator])
            {
                var range = model.Array("actuator_actrange").Slice(2 * actuator, 2);
                ranges[activation] = (range[0], range[1]);
            }
        }
        return ranges;
    }
}
