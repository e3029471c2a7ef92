#version 330 core
// A strip along each path: two vertices per corner, pushed apart along the mitre, with a pixel to spare for the soft edge.
layout(location = 0) in vec2 corner;  // plane units
layout(location = 1) in vec3 mitre;   // offset for a half width of one pixel, signed by the side in z
layout(location = 2) in vec2 dashes;  // length of the path so far in plane units; 1 when dashed
layout(location = 3) in vec4 tint;
uniform vec4 view;        // xMin, yMin, xMax, yMax of the plot, plane units
uniform vec2 plotSize;    // device pixels
uniform float halfWidth;  // device pixels
out float across;
out float along;
flat out float dashed;
flat out vec4 lineColor;

void main() {
    vec2 scale = plotSize / (view.zw - view.xy);
    float reach = halfWidth + 1.0;
    across = mitre.z * reach;
    along = dashes.x * scale.x;
    dashed = dashes.y;
    lineColor = tint;
    vec2 pixel = (corner - view.xy) * scale + mitre.xy * reach;
    gl_Position = vec4(pixel / plotSize * 2.0 - 1.0, 0.0, 1.0);
}
