namespace Samples.AspNet;

/// <summary>The body of <c>POST /trainings/ID/act</c>: one raw observation.</summary>
internal sealed record PolicyQuestion(float[]? Observation);
