namespace MbMix.Studies;

/// <summary>Receives the gradient of one objective in one draw.</summary>
internal delegate void GradientReceiver(int draw, int objective, ReadOnlySpan<float> gradient);
