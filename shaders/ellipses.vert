#version 330 core
// One instance per ellipse: a ring of quads around centre + A (cos t, sin t), widened along its normal in pixels.
layout(location = 0) in vec2 centre;
layout(location = 1) in vec3 axes;    // axx, ayx, ayy: lower triangle of A
layout(location = 2) in float label;
uniform vec4 view;
uniform vec2 plotSize;
uniform float halfWidth;
uniform float corners;
uniform vec4 palette[11];
out float across;
flat out vec4 ringColor;

void main() {
    vec2 scale = plotSize / (view.zw - view.xy);
    float angle = 6.28318530718 * float(gl_VertexID >> 1) / corners;
    float side = float(gl_VertexID & 1) * 2.0 - 1.0;
    float c = cos(angle), s = sin(angle);
    vec2 point = centre + vec2(axes.x * c, axes.y * c + axes.z * s);
    vec2 tangent = vec2(-axes.x * s, -axes.y * s + axes.z * c) * scale;
    float speed = length(tangent);
    vec2 normal = speed > 1e-6 ? vec2(tangent.y, -tangent.x) / speed : vec2(c, s);
    float reach = halfWidth + 1.0;
    across = side * reach;
    ringColor = palette[label < 0.0 ? 0 : 1 + int(mod(label, 10.0))];
    vec2 pixel = (point - view.xy) * scale + normal * side * reach;
    gl_Position = vec4(pixel / plotSize * 2.0 - 1.0, 0.0, 1.0);
}
