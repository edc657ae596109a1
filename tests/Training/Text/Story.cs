namespace Baton.Training.Text;

/// <summary>A told story with the facts and the plot it came from.</summary>
public sealed record Story(string Text, Scene Scene, Plot Plot, Grammar Grammar)
{
    public string About => Weaver.Weave(Scene.Random.Pick(Plot.About), Scene);

    public string Summary => Weaver.Weave(Plot.Summary, Scene);

    public string Sequel => Weaver.Weave(Scene.Random.Pick(Grammar.Sequels), Scene);
}
