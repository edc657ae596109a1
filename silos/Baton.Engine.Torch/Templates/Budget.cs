using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates;

/// <summary>What one rendering has left. Once something runs out, the rendering ends with an exception.</summary>
internal sealed class Budget
{
    private const int CharactersAStep = 256;

    private long _steps = TemplateLimits.MaxSteps;
    private long _text = TemplateLimits.MaxTextLength;
    private long _scanned;
    private int _depth;

    public void Enter()
    {
        if (++_depth > TemplateLimits.MaxDepth)
            throw new ChatTemplateException("The chat template recurses too deeply.");
        Steps(1);
    }

    public void Leave() => _depth--;

    /// <summary>Pays for <paramref name="count"/> nodes or list items before they are made.</summary>
    public void Steps(long count)
    {
        _steps -= count;
        if (_steps < 0)
            throw new ChatTemplateException("The chat template takes too many steps for this conversation.");
    }

    /// <summary>Pays for looking at so many characters of a text; many short looks add up.</summary>
    public void Scan(long length)
    {
        _scanned += length;
        Steps(_scanned / CharactersAStep);
        _scanned %= CharactersAStep;
    }

    /// <summary>Pays for a string before it is made.</summary>
    public void Text(long length)
    {
        _text -= length;
        if (_text < 0)
            throw new ChatTemplateException("The chat template makes too much text of this conversation.");
    }

    /// <summary>Refuses data nested so deeply that walking it would exhaust the stack.</summary>
    public void DataDepth(int depth)
    {
        Steps(1);
        if (depth > TemplateLimits.MaxDataDepth)
            throw new ChatTemplateException("The chat template was given or made data that is nested too deeply.");
    }
}
