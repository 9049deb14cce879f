using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>
/// A dynamics model as chosen in a document: <c>"model": { "id": "mbmix/sobolev-mlp-v1", "alpha": 0.1 }</c>, or only
/// the id if all options have their defaults.
/// </summary>
/// <param name="Id">Id of the model.</param>
/// <param name="Options">Options of the model: all keys except <c>id</c>.</param>
internal sealed record ModelChoice(string Id, JsonObject Options)
{
    /// <summary>The key of the id. No option of a model can have this name.</summary>
    public const string IdKey = "id";

    /// <summary>Reads the key <c>model</c> of a document; returns null if there is none.</summary>
    public static ModelChoice? Read(DocumentValue document)
    {
        if (document.Find("model") is not { } model) return null;
        if (model.IsText) return new ModelChoice(model.Word(), []);
        string id = model.Get(IdKey, "the id of a model").Word();
        var options = model.ToObject();
        options.Remove(IdKey);
        return new ModelChoice(id, options);
    }
}
