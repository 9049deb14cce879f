namespace Missing;

/// <summary>Something a plugin calls and does not bring along.</summary>
public static class Helper
{
    public static string Describe() => "helped";
}
